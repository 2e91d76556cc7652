use zen_engine as _; fn main() {}
