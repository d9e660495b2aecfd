/// One quantity of a table of things over time, as `ColumnCodec` last saw it: a number a place.
struct ColumnState: Sendable {
    /// The newest numbers by place; `KeptNumber.absent` where nothing is known.
    private(set) var values: [Int64] = []
    /// The last known number of each place, and by how much it had risen then.
    private var known: [Int64] = []
    private var rises: [Int64] = []
    /// True for a quantity that grows steadily: each number is expected to rise as the last one did.
    let isSteady: Bool

    init(isSteady: Bool) { self.isSteady = isSteady }

    /// What it takes.
    var byteCount: Int { (values.count + known.count + rises.count) * 8 }

    /// Makes room for so many places.
    mutating func grow(to count: Int) {
        guard values.count < count else { return }
        let more = count - values.count
        values.append(contentsOf: repeatElement(KeptNumber.absent, count: more))
        known.append(contentsOf: repeatElement(0, count: more))
        if isSteady { rises.append(contentsOf: repeatElement(0, count: more)) }
    }

    /// What a place is expected to hold now if it holds anything.
    func expected(_ place: Int) -> Int64 { isSteady ? known[place] &+ rises[place] : known[place] }

    /// Takes a number that is there.
    mutating func set(_ value: Int64, at place: Int) {
        if isSteady {
            // After a gap the rise is not one step's.
            let rise = values[place] == KeptNumber.absent ? 0 : value &- known[place]
            rises[place] = rise.magnitude < Self.steepest ? rise : 0
        }
        known[place] = value
        values[place] = value
    }

    /// Takes that nothing is known.
    mutating func clear(_ place: Int) {
        values[place] = KeptNumber.absent
        if isSteady { rises[place] = 0 }
    }

    private static let steepest: UInt64 = 1 << 40
}

/// Writes the numbers of all places at one moment as differences from what the moment before made expected.
///
/// A difference is zigzag + 2 as a varint; 1 stands for a number that vanished; 0 and a varint for a run of places that are as expected
/// (absent ones stay absent). A trailing run is left out. So what does not change, or rises steadily, takes no room.
enum ColumnCodec {
    /// Writes a moment's numbers, and moves the state to it.
    ///
    /// - Parameter values: One a place, at most `KeptNumber.limit` from 0 or absent; places past its end are absent.
    static func encode(_ values: [Int64], count: Int, after state: inout ColumnState, into writer: inout PackedWriter) {
        state.grow(to: count)
        var run: UInt64 = 0
        for place in 0..<count {
            let value = place < values.count ? values[place] : KeptNumber.absent
            let isAbsent = state.values[place] == KeptNumber.absent
            if value == KeptNumber.absent {
                if isAbsent {
                    run += 1
                } else {
                    flush(&run, into: &writer)
                    writer.unsigned(1)
                    state.clear(place)
                }
                continue
            }
            let difference = value &- state.expected(place)
            if difference == 0, !isAbsent {
                run += 1
            } else {
                flush(&run, into: &writer)
                writer.unsigned(ZigZag.encode(difference) &+ 2)
            }
            state.set(value, at: place)
        }
    }

    private static func flush(_ run: inout UInt64, into writer: inout PackedWriter) {
        guard run > 0 else { return }
        writer.unsigned(0)
        writer.unsigned(run)
        run = 0
    }

    /// Reads a moment's numbers into the state.
    ///
    /// - Throws: `PackedError` for bytes that are no such moment; the state then is of no use.
    static func decode(_ reader: inout PackedReader, count: Int, into state: inout ColumnState) throws(PackedError) {
        state.grow(to: count)
        var place = 0
        while reader.remaining > 0 {
            let token = try reader.unsigned()
            if token == 0 {
                let run = try reader.number(upTo: count - place)
                if state.isSteady { state.goOn(place..<(place + run)) }
                place += run
                continue
            }
            guard place < count else { throw .malformed }
            if token == 1 {
                state.clear(place)
            } else {
                state.set(state.expected(place) &+ ZigZag.decode(token &- 2), at: place)
            }
            place += 1
        }
        if state.isSteady { state.goOn(place..<count) }
    }
}

extension ColumnState {
    /// Lets places rise as expected.
    mutating func goOn(_ places: Range<Int>) {
        for place in places where values[place] != KeptNumber.absent { set(expected(place), at: place) }
    }
}
