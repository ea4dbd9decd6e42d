//! The program: picks a subcommand, prints what went wrong in the user's language, sets the exit code.

fn main() -> std::process::ExitCode {
    taizhang::cli::main()
}
