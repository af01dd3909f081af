//! Keys that are there, missing, wrong and overridden.

use super::*;

fn document(text: &str) -> Document {
    Document::new("dingdan.toml", text)
}

#[test]
fn all_mistakes_are_told_at_once_with_their_lines() {
    let document = document("[server]\nbind = 8080\nbnd = \"x\"\n[limits]\nrobots = 99\n");

    let problems = document
        .parse(|root| {
            let server = root.section("server")?;
            let bind = server.text("bind");
            server.required_text("public_url", "an address");
            server.finish();
            let limits = root.section("limits")?;
            let robots = limits.integer("robots", 1..=20);
            limits.finish();
            bind.zip(robots)
        })
        .expect_err("three mistakes");

    let told: Vec<(usize, &str)> = problems
        .0
        .iter()
        .map(|problem| (problem.line, problem.key.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (1, "server.public_url"),
            (2, "server.bind"),
            (3, "server.bnd"),
            (5, "limits.robots")
        ]
    );
    assert!(problems.0[2].expected.contains("did you mean \"bind\""));
}

#[test]
fn broken_toml_names_its_line() {
    let problems = document("a = 1\nb = \n")
        .parse(|_| Some(()))
        .expect_err("broken");

    assert_eq!(problems.0[0].line, 2);
}

#[test]
fn the_environment_overrides_the_file_and_may_add_a_section() {
    let environment = [("DINGDAN__REDIS__URL".into(), "redis://other".into())];
    let document = document("").with_overrides("DINGDAN__", environment.into_iter());

    let url = document
        .parse(|root| root.section("redis")?.text("url"))
        .expect("valid");

    assert_eq!(url.value, "redis://other");
}

#[test]
fn a_wrong_secret_is_never_shown() {
    let document = document("key = \"hunter2\"");

    let problems = document
        .parse(|root| root.secret::<u32>("key", "a number"))
        .expect_err("not a number");

    assert!(!problems.to_string().contains("hunter2"));
}
