//! `dingdan demo` as a process of its own: it starts alone, shows itself, and ends when told to.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::child::{PATIENCE, dingdan, run, send_signal};

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_prints_where_it_is_answers_there_and_ends_well() {
    for signal in ["-TERM", "-INT"] {
        let mut demo = dingdan()
            .args(["demo", "--port", "0", "--speed", "60"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut said = BufReader::new(demo.stdout.take().unwrap()).lines();
        let first = tokio::time::timeout(PATIENCE, said.next_line()).await;
        let first = first.expect("it says something").unwrap().unwrap();
        let url = first.split_once("http://").expect("with its address").1;
        let url = format!("http://{}", url.trim());

        let page = crate::app::client().get(&url).send();
        let page = tokio::time::timeout(PATIENCE, page).await.unwrap().unwrap();
        assert_eq!(page.status(), 200, "{url}");
        assert!(page.text().await.unwrap().contains("盯单"));

        send_signal(&demo, signal).await;
        let ended = tokio::time::timeout(PATIENCE, demo.wait()).await;
        assert_eq!(ended.expect("it ends").unwrap().code(), Some(0), "{signal}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_taken_and_a_wrong_speed_are_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();

    let refused = run(&["demo", "--port", &port]).await;
    let wrong = run(&["demo", "--port", "0", "--speed", "fast"]).await;

    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("choose another with --port"), "{said}");
    assert_eq!(wrong.status.code(), Some(2));
}
