import AlertRules
import Testing

@testable import AlertDelivery

@Suite("The book of alerts")
struct AlertBookTests {
    private static func alert(_ name: String, at time: Int64) -> DeliverableAlert {
        DeliverableAlert(labels: LabelSet(["alertname": name]), startsAt: time)
    }

    @Test("an alert that is not among those that fire has ended, and is told of for a quarter of an hour")
    func ends() {
        var book = AlertBook()
        book.take([Self.alert("a", at: 0), Self.alert("b", at: 5)], at: 5)
        book.take([Self.alert("b", at: 5)], at: 1000)
        #expect(book.alerts.map(\.endsAt) == [1000, nil])
        book.take([Self.alert("b", at: 5)], at: 1000 + AlertBook.resolvedRetention)
        #expect(book.alerts.count == 2)
        book.take([Self.alert("b", at: 5)], at: 1001 + AlertBook.resolvedRetention)
        #expect(book.alerts.map { $0.labels["alertname"] } == ["b"])
    }

    @Test("one that fires again has a new beginning")
    func firesAgain() {
        var book = AlertBook()
        book.take([Self.alert("a", at: 0)], at: 0)
        book.take([], at: 10)
        book.take([Self.alert("a", at: 20)], at: 20)
        #expect(book.alerts.map(\.startsAt) == [20])
        #expect(book.firing.count == 1)
    }

    @Test("after a restart one that was known has time to come back, keeps its beginning, and then has ended")
    func patience() {
        var book = AlertBook(kept: [Self.alert("a", at: 100), Self.alert("b", at: 100)])
        book.take([], at: 1000)
        #expect(book.firing.count == 2)
        #expect(book.confirmed.isEmpty)
        book.take([Self.alert("a", at: 2000)], at: 2000)
        #expect(book.confirmed.map(\.startsAt) == [100])
        book.take([Self.alert("a", at: 2000)], at: 1000 + AlertBook.patienceMilliseconds)
        #expect(book.alerts.map(\.endsAt) == [nil, 1000 + AlertBook.patienceMilliseconds])
    }

    @Test("of too many the newest are told, the others counted once")
    func limit() {
        var book = AlertBook(limit: 2)
        let four = (0..<4).map { Self.alert("a\($0)", at: Int64($0)) }
        for _ in 0..<3 { book.take(four, at: 10) }
        #expect(book.firing.compactMap { $0.labels["alertname"] } == ["a2", "a3"])
        #expect(book.dropped == 2)
        #expect(book.leftOutNow == 2)
        book.take(Array(four[2...]), at: 20)
        #expect(book.leftOutNow == 0)
    }

    @Test("a fingerprint is Prometheus' own")
    func fingerprint() {
        // Both from prometheus/common's model/signature_test.go.
        #expect(AlertFingerprint(of: LabelSet()).value == 14_695_981_039_346_656_037)
        let labels = LabelSet(["name": "garland, briggs", "fear": "love is not enough"])
        #expect(AlertFingerprint(of: labels).value == 5_799_056_148_416_392_346)
        let print = AlertFingerprint(of: LabelSet(["a": "b"]))
        #expect(AlertFingerprint(print.description) == print)
        #expect(AlertFingerprint("no") == nil)
    }
}
