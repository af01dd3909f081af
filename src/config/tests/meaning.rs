//! What settings mean, and what holds when they are left out.

use std::path::Path;

use super::*;

#[test]
fn paths_are_relative_to_the_file_and_addresses_lose_their_last_slash() {
    let file = Path::new("/etc/dingdan/dingdan.toml");
    let text = format!("{VALID}[process]\nfile = \"processes/ours.toml\"\n");

    let settings = Settings::from_document(&Document::new(file, text)).expect("valid");

    assert_eq!(
        settings.process.file.as_deref(),
        Some(Path::new("/etc/dingdan/processes/ours.toml"))
    );
    assert_eq!(settings.process.dictionaries, None);
    assert_eq!(settings.server.public_url, "https://dingdan.example.com");
}

#[test]
fn without_dingtalk_redis_and_api_the_rest_is_valid() {
    let until_dingtalk = VALID.split("[dingtalk]").next().expect("a first part");
    let text = until_dingtalk.replace("[redis]\nurl = \"redis://127.0.0.1:6379\"\n", "");

    let settings = read(&text).unwrap_or_else(|problems| panic!("{problems}"));

    assert!(settings.dingtalk.is_none());
    assert!(settings.redis.is_none());
    assert!(settings.api.tokens.is_empty());
}

#[test]
fn alerts_take_the_group_only_where_there_is_one() {
    let without_order = VALID.replace("[alerts]\nchannels = [\"robot\", \"group\"]\n", "");
    let robot = "[[dingtalk.robot]]\nname = \"east\"\nwebhook = \"https://oapi.dingtalk.com/robot/send?access_token=hidden\"\n";
    let (robot_first, work, group) = (
        AlertChannel::Robot,
        AlertChannel::WorkNotification,
        AlertChannel::Group,
    );

    let with_group = read(&without_order).expect("valid");
    let without_group = read(&without_order.replace(robot, "")).expect("valid");

    assert_eq!(with_group.alerts.channels, [robot_first, work, group]);
    assert_eq!(without_group.alerts.channels, [robot_first, work]);
}

#[test]
fn a_secret_is_read_from_a_file_or_the_environment_without_its_line_end() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("secret"), "from-a-file\n").expect("a file");
    let from_elsewhere = |source: &str| {
        let text = VALID.replace("\"secret-of-the-app\"", source);
        let document = Document::new(folder.path().join("dingdan.toml"), text);
        let settings =
            Settings::from_document(&document).unwrap_or_else(|problems| panic!("{problems}"));
        settings.wecom.main_app().secret.expose().to_owned()
    };

    assert_eq!(from_elsewhere("{ file = \"secret\" }"), "from-a-file");
    // Cargo sets this one for every test.
    assert_eq!(from_elsewhere("{ env = \"CARGO_PKG_NAME\" }"), "dingdan");
}

#[test]
fn without_tls_there_is_only_this_machine() {
    for host in ["localhost:1", "127.0.0.1", "127.8.8.8:80", "[::1]:8080"] {
        let text = VALID
            .replace(
                "https://oapi.dingtalk.com/robot",
                &format!("http://{host}/robot"),
            )
            .replace(
                "[[wecom.app]]",
                &format!("api_base = \"http://{host}/wecom\"\n[[wecom.app]]"),
            );

        let settings = read(&text).unwrap_or_else(|problems| panic!("{problems}"));

        assert_eq!(settings.wecom.api_base, format!("http://{host}/wecom"));
    }
}

#[test]
fn files_are_kept_beside_the_configuration_unless_it_says_otherwise() {
    let storage = |more: &str| {
        let text = VALID.replace("[redis]", &format!("{more}\n[redis]"));
        let document = Document::new("/etc/dingdan/dingdan.toml", text);
        Settings::from_document(&document).expect("valid").storage
    };

    for (more, folder) in [
        ("", "/etc/dingdan/data/files"),
        ("files = \"f\"", "/etc/dingdan/f"),
        ("files = \"/srv/f\"", "/srv/f"),
    ] {
        let place = storage(more).files.place;
        assert!(matches!(place, FilePlace::Folder(found) if found == Path::new(folder)));
    }
    assert_eq!(
        storage("largest_file_mb = 5").files.largest,
        5 * 1024 * 1024
    );
}

#[test]
fn what_a_later_version_will_read_is_taken_as_it_stands() {
    let later = "[iflytek]\napp_id = \"x\"\n";

    let settings = read(&format!("{VALID}{later}")).unwrap();

    assert_eq!(settings.unread, ["[iflytek]"]);
}

#[test]
fn a_relative_sqlite_path_starts_from_the_files_folder() {
    let document = Document::new("/etc/dingdan/dingdan.toml", VALID);

    let settings = Settings::from_document(&document).unwrap();

    assert_eq!(
        settings.storage.url.expose(),
        "sqlite:///etc/dingdan/data/dingdan.db"
    );
}

#[test]
fn what_the_process_names_starts_from_the_files_folder_or_is_inside_the_binary() {
    let text = format!("{VALID}[process]\ncalendar = \"calendar/cn.toml\"\n");
    let named = Settings::from_document(&Document::new("/etc/dingdan/dingdan.toml", text));

    let named = named.unwrap().process.calendar;
    let left_out = read(VALID).unwrap().process.calendar;

    assert_eq!(named, Some("/etc/dingdan/calendar/cn.toml".into()));
    assert_eq!(left_out, None);
}
