//! The `candor` command: arguments in, exit code out.

fn main() -> std::process::ExitCode {
    candor::cli::main()
}
