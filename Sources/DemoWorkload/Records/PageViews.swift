/// `page-views`: what visitors of a shop look at, keyed by user id.
package struct PageViews: RecordGenerator {
    private static let pages = [
        "/", "/products", "/products/laptop", "/products/phone", "/products/desk", "/cart", "/checkout",
        "/confirmation", "/search", "/account",
    ]
    private static let referrers = ["google.com", "/cart", "/products", "news.example", "mail.example"]
    private static let agents = ["Mozilla/5.0 (X11; Linux x86_64)", "Mozilla/5.0 (iPhone)", "Mozilla/5.0 (Macintosh)"]
    private var random: SeededRandom

    /// The page views that belong to a seed.
    package init(seed: UInt64) { random = SeededRandom(seed: seed) }

    package mutating func next(at now: Int64) -> DemoRecord {
        let user = "user-\(100 + random.skewed(below: 900))"
        let referrer = random.next() % 4 == 0 ? "null" : "\"\(random.pick(Self.referrers))\""
        let page = Self.pages[random.skewed(below: Self.pages.count)]
        let value =
            #"{"event_id":"\#(random.uuid())","event_type":"page_view","user_id":"\#(user)","page":"\#(page)","#
            + #""referrer":\#(referrer),"timestamp":"\#(EventTime.iso8601(now))","#
            + #""user_agent":"\#(random.pick(Self.agents))"}"#
        return DemoRecord(key: user, value: value)
    }
}
