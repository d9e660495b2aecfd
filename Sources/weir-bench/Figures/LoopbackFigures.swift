import NIOCore

/// Produce and Fetch through the listener of a `weir serve` process, against a thread that moves the same bytes between a socket and a file
/// (for acks=all, syncing it once for as many requests as are in flight).
///
/// The client sends requests that were encoded beforehand, five in flight, and throws away what it fetches: its own cost is near nothing,
/// so the figures are the broker's.
struct LoopbackFigures {
    /// What one round gave.
    private struct Result {
        var megabytesPerSecond: Double
        var processorSecondsPerGigabyte: Double

        /// What moving bytes took.
        init(_ bytes: Int, _ seconds: Double, _ processorSeconds: Double) {
            megabytesPerSecond = Double(bytes) / 1e6 / seconds
            processorSecondsPerGigabyte = processorSeconds / (Double(bytes) / 1e9)
        }
    }

    let context: FigureContext

    /// Takes the figures of both batch sizes.
    func run() throws {
        let folder = context.workplace.fresh("loopback")
        let process = try ServeProcess(
            context.program, data: folder, settings: ["delete.topic.enable=true", "file.delete.delay.ms=0"])
        defer {
            process.stop()
            context.workplace.remove(folder)
        }
        let (port, _) = try process.waitUntilReady()
        for (name, bytes) in [("1 MiB", 1 << 20), ("16 KiB", 16 << 10)] {
            let (batch, count) = try PreparedBatch.records(bytes: bytes)
            for acks: Int16 in [1, -1] { try produce(name, batch, acks, process, port) }
            try fetch(name, batch, count, process, port)
        }
        context.table.add(
            Row(
                "weir serve: resident memory after that", "MB",
                Sample([ProcessFiles(process.processID).residentBytes / 1e6])))
    }

    // MARK: Produce

    private func produce(
        _ size: String, _ batch: ByteBuffer, _ acks: Int16, _ process: ServeProcess, _ port: UInt16
    ) throws {
        let batches = max(Replayer.window, context.bytesPerRound / batch.readableBytes)
        let bytes = batches * batch.readableBytes
        let files = ProcessFiles(process.processID)
        var topics = 0
        let results = try context.rounds.alternate {
            topics += 1
            let topic = "produce-\(batch.readableBytes)-\(acks)-\(topics)"
            let connection = try WireConnection(port: port)
            try connection.create(topic)
            defer { try? connection.delete(topic) }
            let replayer = Replayer(connection)
            let frame = try EncodedRequest.produce(batch, to: (topic, 0..<1), acks: acks)
            // The first request makes the partition's files.
            try replayer.produce(frame, times: 1)
            let before = files.processorSeconds
            let watch = Stopwatch()
            try replayer.produce(frame, times: batches)
            let seconds = watch.seconds
            return Result(bytes, seconds, files.processorSeconds - before)
        } _: {
            let frame = try EncodedRequest.produce(batch, to: ("produce-0", 0..<1), acks: acks)
            // One sync for as many requests as are in flight is the best that group commit can do.
            let syncEvery = acks == -1 ? frame.readableBytes * Replayer.window : Int.max
            let peer = try PlainPeer(.store(path: context.workplace.fresh("plain"), syncEvery: syncEvery))
            let connection = try WireConnection(port: peer.port)
            let watch = Stopwatch()
            for _ in 0..<batches { try connection.send(frame) }
            connection.endSending()
            try connection.drain(1)
            let seconds = watch.seconds
            return Result(bytes, seconds, try peer.wait())
        }
        add(
            "loopback produce, \(size) batches, acks=\(acks == -1 ? "all" : "\(acks)")",
            acks == -1 ? "recv, write, fdatasync" : "recv(), write()", results)
    }

    // MARK: Fetch

    private func fetch(
        _ size: String, _ batch: ByteBuffer, _ records: Int, _ process: ServeProcess, _ port: UInt16
    ) throws {
        let perFetch = max(1, (1 << 20) / batch.readableBytes)
        let fetches = max(Replayer.window, context.bytesPerRound / (perFetch * batch.readableBytes))
        let bytes = fetches * perFetch * batch.readableBytes
        let topic = "fetch-\(batch.readableBytes)"
        let connection = try WireConnection(port: port)
        try connection.create(topic)
        defer { try? connection.delete(topic) }
        let replayer = Replayer(connection)
        let produce = try EncodedRequest.produce(batch, to: (topic, 0..<1), acks: 1)
        try replayer.produce(produce, times: fetches * perFetch)
        let plain = context.workplace.fresh("plain")
        let file = try PlainFile(plain)
        for _ in 0..<fetches * perFetch { try batch.withUnsafeReadableBytes { try file.write($0) } }

        let wanted = perFetch * batch.readableBytes
        let frames = try (0..<fetches).map { index in
            try EncodedRequest.fetch(topic, [(0, Int64(index * perFetch * records))], maxBytes: wanted)
        }
        let files = ProcessFiles(process.processID)
        let results = try context.rounds.alternate {
            let before = files.processorSeconds
            let watch = Stopwatch()
            try replayer.fetch(frames, each: wanted)
            let seconds = watch.seconds
            return Result(bytes, seconds, files.processorSeconds - before)
        } _: {
            let peer = try PlainPeer(.send(path: plain, bytes: bytes))
            let connection = try WireConnection(port: peer.port)
            let watch = Stopwatch()
            try connection.drain(bytes)
            let seconds = watch.seconds
            return Result(bytes, seconds, try peer.wait())
        }
        add("loopback fetch, 1 MiB of \(size) batches at a time", "pread(), send()", results)
    }

    private func add(_ name: String, _ baseline: String, _ results: [(first: Result, second: Result)]) {
        context.table.add(
            Row(
                name, "MB/s", Sample(results.map(\.first.megabytesPerSecond)),
                baseline: (baseline, Sample(results.map(\.second.megabytesPerSecond)))))
        context.table.add(
            Row(
                "  processor time of the broker", "s/GB", Sample(results.map(\.first.processorSecondsPerGigabyte)),
                baseline: ("of the plain thread", Sample(results.map(\.second.processorSecondsPerGigabyte)))))
    }
}
