//! The program: picks a subcommand, prints what went wrong in the user's language, sets the exit code.
mod app;
mod bulletin;
mod cli;
mod clock;
mod error;
mod export;
mod http;
mod import;
mod keys;
mod locale;

fn main() -> std::process::ExitCode {
    cli::main()
}
