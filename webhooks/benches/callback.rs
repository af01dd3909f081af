//! What one callback costs from the raw query to its key, on one core.
//!
//! `received` is the whole path: parameters, envelope, signature, decryption,
//! message, key. The parts follow, so that a slower one shows.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dingdan_webhooks::wecom::{Callback, Crypto, Envelope, MessageKey, Query, SealedRequest};
use std::hint::black_box;

fn callbacks(criterion: &mut Criterion) {
    let crypto = Crypto::new(
        "sPf7kQ2vXn9T".parse().expect("a token"),
        "Zm3qP0vYc7RkL2sWn8XbTd5HgJf1uEa4oMi6rQyKxCD"
            .parse()
            .expect("a key"),
        "ww0f6d7c5b4a392817",
    );
    for (name, message, agent_id) in [
        ("app_text_1kb", app_text(), Some(1000007)),
        ("card_click", card_click(), Some(1000007)),
        ("kf_notice", kf_notice(), None),
    ] {
        let request =
            crypto.seal_envelope(&message, [7; 16], "1741300007", "90011753037", agent_id);
        whole(criterion, name, &crypto, &request);
        parts(criterion, name, &crypto, &request, &message);
    }
}

fn whole(criterion: &mut Criterion, name: &str, crypto: &Crypto, request: &SealedRequest) {
    let mut group = criterion.benchmark_group("received");
    group.throughput(Throughput::Elements(1));
    group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
        bencher.iter(|| receive(crypto, black_box(request)));
    });
    group.finish();
}

fn receive(crypto: &Crypto, request: &SealedRequest) -> (Callback, MessageKey) {
    let query = Query::parse(&request.query_string).expect("a sound query");
    query.check_shape().expect("a sound query");
    let envelope = Envelope::parse(request.body.as_bytes()).expect("a sound envelope");
    let text = crypto
        .open(&query, &envelope.encrypt)
        .expect("our own seal");
    let callback = Callback::parse(&text).expect("a sound message");
    let key = callback.message_key();
    (callback, key)
}

fn parts(
    criterion: &mut Criterion,
    name: &str,
    crypto: &Crypto,
    request: &SealedRequest,
    message: &str,
) {
    let query = Query::parse(&request.query_string).expect("a sound query");
    let envelope = Envelope::parse(request.body.as_bytes()).expect("a sound envelope");
    let mut group = criterion.benchmark_group(format!("parts/{name}"));
    group.bench_function("query", |bencher| {
        bencher.iter(|| Query::parse(black_box(&request.query_string)));
    });
    group.bench_function("envelope", |bencher| {
        bencher.iter(|| Envelope::parse(black_box(request.body.as_bytes())).is_ok());
    });
    group.bench_function("verify", |bencher| {
        bencher.iter(|| crypto.verify(black_box(&query), &envelope.encrypt));
    });
    group.bench_function("decrypt", |bencher| {
        bencher.iter(|| crypto.decrypt(black_box(&envelope.encrypt)));
    });
    group.bench_function("parse", |bencher| {
        bencher.iter(|| Callback::parse(black_box(message)));
    });
    group.finish();
}

/// A text message of 1 KB, most of it Chinese.
fn app_text() -> String {
    let content = "客户说：价格太贵了，预算只有 50 万，需要再和老板商量一下。".repeat(9);
    format!(
        "<xml><ToUserName><![CDATA[ww0f6d7c5b4a392817]]></ToUserName>\
         <FromUserName><![CDATA[zhao.lei]]></FromUserName><CreateTime>1741300001</CreateTime>\
         <MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{content}]]></Content>\
         <MsgId>7434340001000000001</MsgId><AgentID>1000007</AgentID></xml>"
    )
}

fn card_click() -> String {
    "<xml><ToUserName><![CDATA[ww0f6d7c5b4a392817]]></ToUserName>\
     <FromUserName><![CDATA[zhao.lei]]></FromUserName><CreateTime>1741300100</CreateTime>\
     <MsgType><![CDATA[event]]></MsgType><Event><![CDATA[template_card_event]]></Event>\
     <EventKey><![CDATA[submit]]></EventKey><TaskId><![CDATA[chk-20250307-0019@q]]></TaskId>\
     <CardType><![CDATA[multiple_interaction]]></CardType>\
     <ResponseCode><![CDATA[Rc0de-abc_4]]></ResponseCode><AgentID>1000007</AgentID>\
     <SelectedItems><SelectedItem><QuestionKey><![CDATA[stage]]></QuestionKey>\
     <OptionIds><OptionId><![CDATA[quote]]></OptionId></OptionIds></SelectedItem>\
     <SelectedItem><QuestionKey><![CDATA[budget]]></QuestionKey>\
     <OptionIds><OptionId><![CDATA[lt50]]></OptionId></OptionIds></SelectedItem></SelectedItems></xml>"
        .to_owned()
}

fn kf_notice() -> String {
    "<xml><ToUserName><![CDATA[ww0f6d7c5b4a392817]]></ToUserName>\
     <CreateTime>1741300200</CreateTime><MsgType><![CDATA[event]]></MsgType>\
     <Event><![CDATA[kf_msg_or_event]]></Event><Token><![CDATA[ENCtoken0001]]></Token>\
     <OpenKfId><![CDATA[wkAAAAexample]]></OpenKfId></xml>"
        .to_owned()
}

criterion_group!(benches, callbacks);
criterion_main!(benches);
