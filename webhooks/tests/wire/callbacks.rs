//! One literal payload for each message kind and event.

use dingdan_webhooks::wecom::callback::{
    BatchJob, ChatChange, ChatUpdate, ContactChange, CustomerChange, CustomerChangeKind,
    OwnApprovalChange, PictureSource, Pictures, PlacePicked, Scan, SystemApprovalChange, TagChange,
};
use dingdan_webhooks::wecom::{Callback, CardClick, Event, Kind};

/// A callback of zhao.lei to app 1000007 with these elements besides.
fn read(elements: &str) -> Callback {
    let xml = format!(
        "<xml><ToUserName><![CDATA[ww0f6d7c5b4a392817]]></ToUserName>\
         <FromUserName><![CDATA[zhao.lei]]></FromUserName><CreateTime>1741300001</CreateTime>\
         {elements}<AgentID>1000007</AgentID></xml>"
    );
    Callback::parse(&xml).unwrap()
}

fn message(msg_type: &str, elements: &str) -> Kind {
    let elements = format!("<MsgType>{msg_type}</MsgType>{elements}<MsgId>77</MsgId>");
    read(&elements).kind
}

fn event(name: &str, elements: &str) -> Event {
    let elements = format!("<MsgType><![CDATA[event]]></MsgType><Event>{name}</Event>{elements}");
    let Kind::Event(event) = read(&elements).kind else {
        panic!("{name} is an event");
    };
    assert_eq!(event.name(), name);
    event
}

fn owned(text: &str) -> String {
    text.to_owned()
}

#[test]
fn the_common_fields_are_read() {
    let callback = read("<MsgType>text</MsgType><MsgId>18446744073709551615</MsgId>");

    assert_eq!(callback.to_corp, "ww0f6d7c5b4a392817");
    assert_eq!(callback.from, "zhao.lei");
    assert_eq!(callback.create_time, 1741300001);
    assert_eq!(callback.agent_id, Some(1000007));
    assert_eq!(callback.msg_id, Some(u64::MAX));
}

#[test]
fn every_message_kind_is_read() {
    let cases = [
        (
            message("text", "<Content><![CDATA[\n  报价 [微笑]  ]]></Content>"),
            Kind::Text {
                content: owned("\n  报价 [微笑]  "),
            },
        ),
        (
            message("text", "<Content/>"),
            Kind::Text {
                content: String::new(),
            },
        ),
        (
            message("image", "<PicUrl>https://p/0</PicUrl><MediaId>m1</MediaId>"),
            Kind::Image {
                pic_url: owned("https://p/0"),
                media_id: owned("m1"),
            },
        ),
        (
            message("voice", "<MediaId>m2</MediaId><Format>amr</Format>"),
            Kind::Voice {
                media_id: owned("m2"),
                format: owned("amr"),
            },
        ),
        (
            message(
                "video",
                "<MediaId>m3</MediaId><ThumbMediaId>t3</ThumbMediaId>",
            ),
            Kind::Video {
                media_id: owned("m3"),
                thumb_media_id: owned("t3"),
            },
        ),
        (
            message(
                "location",
                "<Location_X>31.230416</Location_X><Location_Y>121.473701</Location_Y>\
                 <Scale>15</Scale><Label><![CDATA[人民大道 200 号]]></Label>",
            ),
            Kind::Location {
                latitude: 31.230416,
                longitude: 121.473701,
                scale: 15,
                label: owned("人民大道 200 号"),
            },
        ),
        (
            message(
                "link",
                "<Title>报价单</Title><Description>第 2 版</Description>\
                 <Url>https://e/q?a=1&amp;b=2</Url><PicUrl>https://e/p</PicUrl>",
            ),
            Kind::Link {
                title: owned("报价单"),
                description: owned("第 2 版"),
                url: owned("https://e/q?a=1&b=2"),
                pic_url: owned("https://e/p"),
            },
        ),
        (
            message("hologram", "<Depth>3</Depth>"),
            Kind::Other {
                name: owned("hologram"),
            },
        ),
    ];
    for (found, expected) in cases {
        assert!(found == expected, "{found:?} for {expected:?}");
    }
}

#[test]
fn text_comes_the_same_from_cdata_entities_and_split_sections() {
    for content in [
        "<![CDATA[a<b && c]]>",
        "a&lt;b &amp;&amp; c",
        "<![CDATA[a<]]>b &#38;<![CDATA[& c]]>",
        "a&#x3c;b <!-- aside -->&amp;<![CDATA[&]]> c",
    ] {
        let kind = message("text", &format!("<Content>{content}</Content>"));
        assert!(
            kind == Kind::Text {
                content: owned("a<b && c")
            },
            "{content}"
        );
    }
}

#[test]
fn order_layout_repetition_and_unknown_elements_do_not_matter() {
    let callback = Callback::parse(
        "\u{feff}<?xml version=\"1.0\"?>\n<xml lang=\"zh\">\n  <Future><Deep>1</Deep></Future>\n  \
         <Content><![CDATA[hi]]></Content>\n  <MsgId> 5 </MsgId><MsgType>\n<![CDATA[text]]>\n</MsgType>\
         <FromUserName>first</FromUserName><FromUserName>second</FromUserName>\
         <CreateTime>1</CreateTime><ToUserName>ww1</ToUserName><!-- bye -->\n</xml>\n",
    )
    .unwrap();

    assert_eq!(callback.from, "first");
    assert_eq!(callback.msg_id, Some(5));
    assert_eq!(callback.agent_id, None);
    assert!(
        callback.kind
            == Kind::Text {
                content: owned("hi")
            }
    );
}

#[test]
fn every_app_event_is_read() {
    let key = || owned("k1");
    let scan = || Scan {
        scan_type: owned("qrcode"),
        result: owned("https://e/1"),
    };
    let scanned = "<EventKey>k1</EventKey><ScanCodeInfo><ScanType>qrcode</ScanType>\
                   <ScanResult>https://e/1</ScanResult></ScanCodeInfo>";
    let pictures = "<EventKey>k1</EventKey><SendPicsInfo><Count>2</Count><PicList>\
                    <item><PicMd5Sum>aa</PicMd5Sum></item><item><PicMd5Sum>bb</PicMd5Sum></item>\
                    </PicList></SendPicsInfo>";
    let pictures_from = |source| {
        let md5_sums = vec![owned("aa"), owned("bb")];
        Event::Pictures(Pictures {
            source,
            key: key(),
            md5_sums,
        })
    };
    let cases = [
        (event("subscribe", ""), Event::Subscribe),
        (event("unsubscribe", ""), Event::Unsubscribe),
        (event("enter_agent", "<EventKey/>"), Event::EnterAgent),
        (
            event(
                "LOCATION",
                "<Latitude>23.104</Latitude><Longitude>113.320</Longitude>\
                 <Precision>65.000</Precision><AppType>wxwork</AppType>",
            ),
            Event::Location {
                latitude: 23.104,
                longitude: 113.32,
                precision: 65.0,
            },
        ),
        (
            event("click", "<EventKey>k1</EventKey>"),
            Event::Click { key: key() },
        ),
        (
            event("view", "<EventKey>k1</EventKey>"),
            Event::View { url: key() },
        ),
        (
            event("view_miniprogram", "<EventKey>k1</EventKey>"),
            Event::ViewMiniprogram { path: key() },
        ),
        (
            event("scancode_push", scanned),
            Event::ScancodePush {
                key: key(),
                scan: scan(),
            },
        ),
        (
            event("scancode_waitmsg", scanned),
            Event::ScancodeWaitmsg {
                key: key(),
                scan: scan(),
            },
        ),
        (
            event("pic_sysphoto", pictures),
            pictures_from(PictureSource::Camera),
        ),
        (
            event("pic_photo_or_album", pictures),
            pictures_from(PictureSource::CameraOrAlbum),
        ),
        (
            event("pic_weixin", pictures),
            pictures_from(PictureSource::Album),
        ),
        (
            event(
                "location_select",
                "<EventKey>k1</EventKey><SendLocationInfo><Location_X>23</Location_X>\
                 <Location_Y>113</Location_Y><Scale>16</Scale><Label>路</Label>\
                 <Poiname>楼</Poiname></SendLocationInfo>",
            ),
            Event::LocationSelect(PlacePicked {
                key: key(),
                latitude: 23.0,
                longitude: 113.0,
                scale: 16,
                label: owned("路"),
                poi_name: owned("楼"),
            }),
        ),
        (
            event(
                "taskcard_click",
                "<EventKey>k1</EventKey><TaskId>t1</TaskId>",
            ),
            Event::TaskcardClick {
                key: key(),
                task_id: owned("t1"),
            },
        ),
        (
            event(
                "batch_job_result",
                "<BatchJob><JobId>j1</JobId><JobType>sync_user</JobType>\
                 <ErrCode>0</ErrCode><ErrMsg>ok</ErrMsg></BatchJob>",
            ),
            Event::BatchJobResult(BatchJob {
                job_id: owned("j1"),
                job_type: owned("sync_user"),
                errcode: 0,
            }),
        ),
        (event("share_agent_change", ""), Event::ShareAgentChange),
        (event("share_chain_change", ""), Event::ShareChainChange),
        (event("msgaudit_notify", ""), Event::MsgauditNotify),
        (
            event("inactive_alert", "<EffectTime>1741300999</EffectTime>"),
            Event::InactiveAlert {
                effect_time: 1741300999,
            },
        ),
        (event("close_inactive_agent", ""), Event::CloseInactiveAgent),
        (
            event("reopen_inactive_agent", ""),
            Event::ReopenInactiveAgent,
        ),
        (
            event("low_active_alert", "<EffectTime>7</EffectTime>"),
            Event::LowActiveAlert { effect_time: 7 },
        ),
        (event("low_active", ""), Event::LowActive),
        (event("active_restored", ""), Event::ActiveRestored),
        (
            event("moon_landing", "<ChangeType>first_step</ChangeType>"),
            Event::Other {
                name: owned("moon_landing"),
                change_type: Some(owned("first_step")),
            },
        ),
    ];
    for (found, expected) in cases {
        assert!(found == expected, "{}", expected.name());
    }
}

#[test]
fn card_clicks_carry_every_answer_and_none_when_nothing_was_asked() {
    let head = "<EventKey>submit</EventKey><TaskId>t@1</TaskId>\
                <CardType>vote_interaction</CardType><ResponseCode>rc</ResponseCode>";
    let click = |selected| CardClick {
        event_key: owned("submit"),
        task_id: owned("t@1"),
        card_type: owned("vote_interaction"),
        response_code: owned("rc"),
        selected,
    };
    let answers = "<SelectedItems>\
        <SelectedItem><QuestionKey>q1</QuestionKey><OptionIds><OptionId>a</OptionId>\
        <OptionId>b</OptionId></OptionIds></SelectedItem>\
        <SelectedItem><QuestionKey>q2</QuestionKey><OptionIds><OptionId>c</OptionId></OptionIds>\
        </SelectedItem></SelectedItems>";

    let full = event("template_card_event", &format!("{head}{answers}"));
    let selected = vec![
        (owned("q1"), vec![owned("a"), owned("b")]),
        (owned("q2"), vec![owned("c")]),
    ];
    assert_eq!(full, Event::TemplateCard(click(selected.clone())));
    assert_eq!(click(selected.clone()).options("q1"), ["a", "b"]);
    assert!(click(selected).options("q9").is_empty());

    assert_eq!(
        event("template_card_event", head),
        Event::TemplateCard(click(vec![]))
    );
    assert_eq!(
        event("template_card_menu_event", head),
        Event::TemplateCardMenu(click(vec![]))
    );
}

#[test]
fn every_address_book_change_is_read() {
    let change = |change_type: &str, elements: &str| {
        let elements = format!("<ChangeType>{change_type}</ChangeType>{elements}");
        let Event::ChangeContact(change) = event("change_contact", &elements) else {
            panic!("{change_type} is known");
        };
        assert_eq!(change.change_type(), change_type);
        change
    };
    let user_id = || owned("li.si");
    assert_eq!(
        change("create_user", "<UserID>li.si</UserID><Name>x</Name>"),
        ContactChange::UserCreated { user_id: user_id() }
    );
    assert_eq!(
        change(
            "update_user",
            "<UserID>li.si</UserID><NewUserID>li.4</NewUserID>"
        ),
        ContactChange::UserUpdated {
            user_id: user_id(),
            new_user_id: Some(owned("li.4"))
        }
    );
    assert_eq!(
        change("delete_user", "<UserID>li.si</UserID>"),
        ContactChange::UserDeleted { user_id: user_id() }
    );
    for party in ["create_party", "update_party", "delete_party"] {
        assert_eq!(
            change(party, "<Id>12</Id><Name>x</Name>"),
            ContactChange::Party {
                change_type: owned(party),
                id: owned("12")
            }
        );
    }
    assert_eq!(
        change(
            "update_tag",
            "<TagId>1</TagId><AddUserItems>a,b</AddUserItems><DelPartyItems>3</DelPartyItems>"
        ),
        ContactChange::TagUpdated {
            tag_id: owned("1"),
            added_users: vec![owned("a"), owned("b")],
            removed_users: vec![],
            added_parties: vec![],
            removed_parties: vec![owned("3")],
        }
    );
    let other = event("change_contact", "<ChangeType>split_user</ChangeType>");
    let change_type = Some(owned("split_user"));
    assert_eq!(
        other,
        Event::Other {
            name: owned("change_contact"),
            change_type
        }
    );
}

#[test]
fn every_customer_change_is_read() {
    use CustomerChangeKind as Kind;
    let welcome_code = || Some(owned("wc"));
    let state = || owned("expo");
    let greeting = "<State>expo</State><WelcomeCode>wc</WelcomeCode>";
    let cases = [
        (
            "add_external_contact",
            greeting,
            Kind::Added {
                state: state(),
                welcome_code: welcome_code(),
            },
        ),
        (
            "add_half_external_contact",
            "<State>expo</State>",
            Kind::HalfAdded {
                state: state(),
                welcome_code: None,
            },
        ),
        ("edit_external_contact", "", Kind::Edited),
        (
            "del_external_contact",
            "<Source>DELETE_BY_TRANSFER</Source>",
            Kind::DeletedByMember { by_transfer: true },
        ),
        (
            "del_external_contact",
            "",
            Kind::DeletedByMember { by_transfer: false },
        ),
        ("del_follow_user", "", Kind::DeletedByCustomer),
        (
            "transfer_fail",
            "<FailReason>customer_refused</FailReason>",
            Kind::TransferFailed {
                reason: owned("customer_refused"),
            },
        ),
        (
            "msg_audit_approved",
            "<WelcomeCode>wc</WelcomeCode>",
            Kind::ArchiveApproved {
                welcome_code: welcome_code(),
            },
        ),
    ];
    for (change_type, elements, kind) in cases {
        let found = event(
            "change_external_contact",
            &format!(
                "<ChangeType>{change_type}</ChangeType><UserID>zhao.lei</UserID>\
                 <ExternalUserID>wm1</ExternalUserID>{elements}"
            ),
        );
        let expected = CustomerChange {
            user_id: owned("zhao.lei"),
            external_user_id: owned("wm1"),
            kind,
        };
        assert!(
            found == Event::ChangeExternalContact(expected),
            "{change_type}"
        );
    }
}

#[test]
fn every_group_and_tag_change_is_read() {
    let chat = |elements: &str| {
        event(
            "change_external_chat",
            &format!("<ChatId>wr1</ChatId>{elements}"),
        )
    };
    let change = |update| {
        Event::ChangeExternalChat(ChatChange {
            chat_id: owned("wr1"),
            update,
        })
    };
    assert_eq!(
        chat("<ChangeType>create</ChangeType>"),
        change(ChatUpdate::Created)
    );
    assert_eq!(
        chat("<ChangeType>dismiss</ChangeType>"),
        change(ChatUpdate::Dismissed)
    );
    assert_eq!(
        chat(
            "<ChangeType>update</ChangeType><UpdateDetail>add_member</UpdateDetail>\
             <JoinScene>0</JoinScene><MemChangeCnt>2</MemChangeCnt><MemChangeList><Item>a</Item>\
             <Item>b</Item></MemChangeList><LastMemVer>v1</LastMemVer><CurMemVer>v2</CurMemVer>"
        ),
        change(ChatUpdate::Updated {
            detail: owned("add_member"),
            members: vec![owned("a"), owned("b")],
            last_version: owned("v1"),
            current_version: owned("v2"),
        })
    );
    for change_type in ["create", "update", "delete", "shuffle"] {
        let elements =
            format!("<ChangeType>{change_type}</ChangeType><Id>et1</Id><TagType>tag</TagType>");
        let expected = TagChange {
            change_type: owned(change_type),
            id: owned("et1"),
            tag_type: owned("tag"),
        };
        assert_eq!(
            event("change_external_tag", &elements),
            Event::ChangeExternalTag(expected)
        );
    }
}

#[test]
fn a_whole_group_of_500_joining_at_once_is_read() {
    let items = "<Item>wmAAAAAA</Item>".repeat(500);
    let change = event(
        "change_external_chat",
        &format!("<ChangeType>update</ChangeType><MemChangeList>{items}</MemChangeList>"),
    );
    let Event::ChangeExternalChat(ChatChange { update, .. }) = change else {
        panic!("a group change");
    };
    assert!(matches!(update, ChatUpdate::Updated { members, .. } if members.len() == 500));
}

#[test]
fn approvals_are_read() {
    let system = event(
        "sys_approval_change",
        "<ApprovalInfo><SpNo>202503070001</SpNo><SpName>费用</SpName><SpStatus>2</SpStatus>\
         <TemplateId>tpl</TemplateId><ApplyTime>1741300000</ApplyTime><Applyer><UserId>li.si</UserId>\
         <Party>1</Party></Applyer><SpRecord><SpStatus>1</SpStatus><Details><Approver><UserId>x</UserId>\
         </Approver></Details></SpRecord><ProcessList><NodeList><SubNodeList><UserInfo><UserId>y</UserId>\
         </UserInfo></SubNodeList></NodeList></ProcessList><StatuChangeEvent>2</StatuChangeEvent></ApprovalInfo>",
    );
    let expected = SystemApprovalChange {
        sp_no: owned("202503070001"),
        sp_status: 2,
        template_id: owned("tpl"),
        apply_time: 1741300000,
        applicant: owned("li.si"),
        change: 2,
    };
    assert_eq!(system, Event::SysApprovalChange(expected));

    let own = event(
        "open_approval_change",
        "<ApprovalInfo><ThirdNo>n1</ThirdNo><OpenSpName>x</OpenSpName><OpenTemplateId>o1</OpenTemplateId>\
         <OpenSpStatus>1</OpenSpStatus><ApplyTime>9</ApplyTime><ApplyUserId>li.si</ApplyUserId>\
         <approverstep>0</approverstep></ApprovalInfo>",
    );
    let expected = OwnApprovalChange {
        third_no: owned("n1"),
        template_id: owned("o1"),
        status: 1,
        applicant: owned("li.si"),
        apply_time: 9,
        approver_step: 0,
    };
    assert_eq!(own, Event::OpenApprovalChange(expected));
}

#[test]
fn desk_events_have_neither_sender_nor_app() {
    let callback = Callback::parse(
        "<xml><ToUserName>ww1</ToUserName><CreateTime>1741300200</CreateTime><MsgType>event</MsgType>\
         <Event>kf_msg_or_event</Event><Token>ENC1</Token><OpenKfId>wk1</OpenKfId></xml>",
    )
    .unwrap();
    assert_eq!(callback.from, "");
    assert_eq!(callback.agent_id, None);
    let expected = Event::KfMsgOrEvent {
        token: owned("ENC1"),
        open_kf_id: owned("wk1"),
    };
    assert!(callback.kind == Kind::Event(expected));

    let change = event(
        "kf_account_auth_change",
        "<AuthAddOpenKfId>wk1</AuthAddOpenKfId><AuthAddOpenKfId>wk2</AuthAddOpenKfId>\
         <AuthDelOpenKfId>wk3</AuthDelOpenKfId>",
    );
    let added = vec![owned("wk1"), owned("wk2")];
    assert_eq!(
        change,
        Event::KfAccountAuthChange {
            added,
            removed: vec![owned("wk3")]
        }
    );
}

#[test]
fn keys_part_what_differs_and_join_what_is_repeated() {
    let key = |elements: &str| read(elements).message_key();
    let text = |id: u64| {
        key(&format!(
            "<MsgType>text</MsgType><Content>a</Content><MsgId>{id}</MsgId>"
        ))
    };
    assert_eq!(text(5), text(5));
    assert_ne!(text(5), text(6));
    assert_eq!(text(5).as_str(), "msg:1000007:5:zhao.lei");

    let click = |elements: &str| {
        key(&format!(
            "<MsgType>event</MsgType><Event>template_card_event</Event>{elements}"
        ))
    };
    let first = "<EventKey>done</EventKey><TaskId>t1</TaskId><ResponseCode>r1</ResponseCode>";
    assert_eq!(click(first), click(first));
    for other in [
        "<EventKey>skip</EventKey><TaskId>t1</TaskId><ResponseCode>r1</ResponseCode>",
        "<EventKey>done</EventKey><TaskId>t2</TaskId><ResponseCode>r1</ResponseCode>",
        "<EventKey>done</EventKey><TaskId>t1</TaskId><ResponseCode>r2</ResponseCode>",
        "<EventKey>donet</EventKey><TaskId>1</TaskId><ResponseCode>r1</ResponseCode>",
    ] {
        assert_ne!(click(first), click(other), "{other}");
    }
    let spelled_differently = "\n<TaskId><![CDATA[t1]]></TaskId>\n<ResponseCode>r&#49;</ResponseCode>\
                               <EventKey>done</EventKey>";
    assert_eq!(click(first), click(spelled_differently));

    let unknown = |step: u8| {
        key(&format!(
            "<MsgType>event</MsgType><Event>moon</Event><Step>{step}</Step>"
        ))
    };
    assert_eq!(unknown(1), unknown(1));
    assert_ne!(unknown(1), unknown(2));
    let without_id = |words: &str| {
        key(&format!(
            "<MsgType>text</MsgType><Content>{words}</Content><MsgId>0</MsgId>"
        ))
    };
    assert_ne!(without_id("a"), without_id("b"));
}
