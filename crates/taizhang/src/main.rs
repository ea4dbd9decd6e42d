//! The program: picks a subcommand, prints what went wrong in the user's language, sets the exit code.

/// Half of an import's time went into the system's allocator (docs/decisions/0013).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    taizhang::cli::main()
}
