import DemoWorkload

/// Page views as the seeds' producer writes them, JSON of about 225 bytes: 1,000 pages, of which the n-th is viewed 1 ÷ n as often as the first,
/// 200,000 users, evenly over an hour. The same seed gives the same bytes.
struct PageViewStream {
    /// Some events, one after another in one buffer.
    struct Chunk {
        /// The events' JSON, and room behind it for readers that look ahead.
        var bytes: [UInt8] = []
        /// Where each event ends in the bytes.
        var ends: [Int] = []
        /// When each event happened, milliseconds since 1970.
        var timestamps: [Int64] = []
    }

    private static let pages = 1_000
    private static let users: UInt64 = 200_000
    /// An even hour and minute.
    private static let start: Int64 = 1_763_733_600_000
    private static let lookAhead = 64

    private var random: SeededRandom
    private let step: Double
    private var made = 0
    /// How much of the traffic goes to the first pages.
    private let shares: [Double]
    private let pageNames: [[UInt8]]

    /// Events of a seed.
    ///
    /// - Parameters:
    ///   - count: How many there will be.
    ///   - hours: Over how much time they spread.
    init(seed: UInt64, count: Int, hours: Double = 1) {
        random = SeededRandom(seed: seed)
        step = hours * 3_600_000 / Double(count)
        var sum = 0.0
        var shares: [Double] = []
        for page in 1...Self.pages {
            sum += 1 / Double(page)
            shares.append(sum)
        }
        self.shares = shares.map { $0 / sum }
        pageNames = (1...Self.pages).map { Array("/products/item-\($0)".utf8) }
    }

    /// Puts the next events into a chunk, in place of what it held.
    mutating func fill(_ chunk: inout Chunk, _ count: Int) {
        chunk.bytes.removeAll(keepingCapacity: true)
        chunk.ends.removeAll(keepingCapacity: true)
        chunk.timestamps.removeAll(keepingCapacity: true)
        for _ in 0..<count {
            let time = Self.start + Int64(Double(made) * step)
            made += 1
            append(at: time, to: &chunk.bytes)
            chunk.ends.append(chunk.bytes.count)
            chunk.timestamps.append(time)
        }
        chunk.bytes.append(contentsOf: repeatElement(0, count: Self.lookAhead))
    }

    /// The number of the next page: a page that is viewed often is drawn often.
    mutating func page() -> Int {
        let draw = Double(random.next() >> 11) * 0x1p-53
        var (low, high) = (0, shares.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if shares[middle] < draw { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func append(at time: Int64, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: #"{"event_id":""#.utf8)
        let (high, low) = (random.next(), random.next())
        for (place, word) in [high >> 32, high >> 16 & 0xffff, high & 0xffff, low >> 48, low & 0xffff_ffff_ffff]
            .enumerated()
        {
            if place > 0 { bytes.append(UInt8(ascii: "-")) }
            Self.append(word, digits: [8, 4, 4, 4, 12][place], radix: 16, to: &bytes)
        }
        bytes.append(contentsOf: #"","event_type":"page_view","user_id":"user-"#.utf8)
        Self.append(random.next() % Self.users, digits: 6, radix: 10, to: &bytes)
        bytes.append(contentsOf: #"","page":""#.utf8)
        bytes.append(contentsOf: pageNames[page()])
        bytes.append(contentsOf: #"","referrer":"google.com","timestamp":"2026-11-21T14:"#.utf8)
        Self.append(UInt64(time / 60_000 % 60), digits: 2, radix: 10, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Self.append(UInt64(time / 1000 % 60), digits: 2, radix: 10, to: &bytes)
        bytes.append(UInt8(ascii: "."))
        Self.append(UInt64(time % 1000) * 1000, digits: 6, radix: 10, to: &bytes)
        bytes.append(contentsOf: #"","user_agent":"Mozilla/5.0 (X11; Linux x86_64)"}"#.utf8)
    }

    private static let figures = Array("0123456789abcdef".utf8)

    private static func append(_ number: UInt64, digits: Int, radix: UInt64, to bytes: inout [UInt8]) {
        var rest = number
        let start = bytes.count
        for _ in 0..<digits {
            bytes.append(figures[Int(rest % radix)])
            rest /= radix
        }
        bytes[start...].reverse()
    }
}
