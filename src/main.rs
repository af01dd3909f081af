//! The command line.

use std::process::ExitCode;

use clap::Parser;

use dingdan::commands::Command;

/// 盯单 Dingdan: keeps an eye on deals, between WeCom chats and DingTalk alerts.
#[derive(Parser)]
#[command(version, about, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    // Wrong usage ends here, with 2.
    let arguments = Arguments::parse();
    dingdan::commands::run(arguments.command)
}
