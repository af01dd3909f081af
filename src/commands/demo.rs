//! `dingdan demo`.

use std::io::Write as _;
use std::path::PathBuf;

use super::output::Output;
use super::stop_on_signal;
use crate::demo::{Demo, Options};
use crate::telemetry;

/// How to try it.
#[derive(clap::Args)]
pub struct DemoOptions {
    /// The port on 127.0.0.1
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// How many times faster than real time the demo's clock runs, 0.1 to 10000
    #[arg(long, value_name = "X", default_value_t = 1.0, value_parser = speed)]
    speed: f64,
    /// Where everything is kept; left out: a temporary folder that is removed at the end
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    /// A process definition to play; left out: the one inside the binary
    #[arg(long, value_name = "FILE")]
    process: Option<PathBuf>,
}

pub(super) async fn demo(options: DemoOptions) -> anyhow::Result<()> {
    telemetry::begin_logging(false);
    let stop = stop_on_signal()?;
    let demo = Demo::build(Options {
        port: options.port,
        speed: options.speed,
        data_dir: options.data_dir,
        process: options.process,
    })
    .await?;
    writeln!(Output, "盯单演示已启动：{}", demo.url())?;
    writeln!(
        Output,
        "在客户手机上打一句话，或点「播放预设剧情」；时钟可以拨快。按 Ctrl-C 结束。"
    )?;
    writeln!(
        Output,
        "Three phones, one story: type on the customer's phone or press play. Ctrl-C ends."
    )?;
    demo.run(stop).await
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(speed) if (0.1..=10_000.0).contains(&speed) => Ok(speed),
        _ => Err("expected a number from 0.1 to 10000".to_owned()),
    }
}
