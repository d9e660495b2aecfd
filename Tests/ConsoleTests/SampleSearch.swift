import Cluster
import Console
import ConsoleSamples
import Operations
import RecordFormats

/// What a search and a comparison find in the sample data.
enum SampleSearch {
    /// News of a search that has read its first portion of each partition.
    static func news(_ request: SearchRequest, share: Int64 = 1000) -> SearchNews {
        let judge = FilterJudge(request.filter)
        var found: [TailRecord] = []
        var plan = ScanPlan(stretches: [])
        var progress = ScanProgress(plan)
        for place in request.places {
            let end = SampleData.fetch(place, from: .max - 1, maxRecords: 1).offsets.highWatermark
            let fetched = SampleData.fetch(place, from: end - share, maxRecords: Int(share) / 2)
            plan.stretches.append(ScanPlan.Stretch(place, offsets: (end - share)..<end))
            var part = ScanProgress.Partition(ScanPlan.Stretch(place, offsets: (end - share)..<end))
            part.next = fetched.nextOffset
            part.records = Int64(fetched.records.count)
            part.reached = fetched.records.last?.timestamp
            progress.partitions.append(part)
            for record in fetched.records
            where judge.passes(record, at: place, request.decodings[place.topic] ?? TopicDecoding(topic: place.topic)) {
                found.append(TailRecord(place: place, record: record))
            }
        }
        progress.elapsedMilliseconds = 50
        return SearchNews(ticket: request.ticket, progress: progress, found: found, matches: Int64(found.count))
    }

    /// A record and the same with another total before it.
    static func comparison(_ asked: RecordComparison) -> RecordComparison {
        var answer = asked
        var record = SampleData.record(asked.offset, partition: asked.place.partition, at: SampleData.now)
        var before = record
        before.offset -= 77
        before.timestamp -= 12_000
        let key = String(decoding: asked.key, as: UTF8.self)
        record.value = Array(#"{"id":1,"key":"\#(key)","total":41.90,"st":"PAID","items":[1,2]}"#.utf8)
        before.value = Array(#"{"id":1,"key":"\#(key)","total":41.9,"items":[1,2],"note":"new"}"#.utf8)
        answer.outcome = .ready(RecordComparison.Pair(record: record, previous: .found(before)))
        return answer
    }
}
