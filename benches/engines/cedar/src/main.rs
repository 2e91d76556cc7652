use cedar_policy as _;
use cedar_policy_symcc as _;
fn main() {}
