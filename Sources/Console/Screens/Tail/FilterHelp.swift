/// The language of filters in a few lines, for help.
enum FilterHelp {
    /// An example, and what passes it.
    static let lines: [(keys: String, text: String)] = [
        ("us-88", "a text anywhere"), ("!us-88", "not that text"), ("/us-\\d+/i", "a pattern; i: any case"),
        (".total > 100", "a field of the value"), (".items[].sku", "a field of each element"),
        (".cur == EUR", "== != < <= > >="), ("key.id == 7", "a field of the key"),
        ("key ~ /^us-/", "key, value, topic; ~ !~"),
        ("header.a == b", "a header"), ("partition in", "(0, 4..6); also offset,"), ("size > 1000", "timestamp"),
        ("&& || ! ( )", "join, turn round"),
    ]
}
