/// Something that a statement does otherwise than in ksqlDB, or than the same program would in Kafka Streams.
///
/// One list for the shell's help, the console's and README's: who knows the originals must not find out from wrong figures.
package struct Difference: Sendable {
    /// What it is about, at most 15 cells: a keyword, or a word of the field.
    package let subject: String
    /// What is done here, at most 27 cells.
    package let brief: String
    /// What is done here and what there, a sentence without its full stop.
    package let sentence: String

    /// All of them, the ones that change results first.
    package static let all: [Difference] = [
        Difference(
            subject: "EMIT FINAL", brief: "loses no window",
            sentence: """
                EMIT FINAL tells every window that closes, once, by window start; Kafka Streams loses windows when \
                time leaps, and holds rows back to once a second of the wall clock
                """),
        Difference(
            subject: "late records", brief: "by their own partition",
            sentence: """
                a record is late by the stream time of its own input partition, so the order in which partitions are \
                read decides nothing; in Kafka Streams it is that of the task
                """),
        Difference(
            subject: "window close", brief: "by the slowest partition",
            sentence: """
                a window closes when the slowest partition's stream time passes its end and grace; a partition \
                without records for weir.idle.ms is left out by an event that is recorded with the offsets, so a \
                replay gives the same rows
                """),
        Difference(
            subject: "closed sessions", brief: "are not merged again",
            sentence: """
                a session that has closed is final: a late record that is still taken, and would join it to a \
                younger one, leaves it as it is; Kafka Streams merges it as long as its store retains it
                """),
        Difference(
            subject: "COUNT_DISTINCT", brief: "exact while few values",
            sentence: """
                COUNT_DISTINCT is exact until a group's values outgrow the sketch, then a HyperLogLog with the \
                standard error of ksqlDB's, 0.81 %, which is a sketch from the first value on
                """),
        Difference(
            subject: "state budget", brief: "ends a query, not the broker",
            sentence: """
                a query whose state reaches weir.state.budget.bytes stops with a sentence; ksqlDB's state grows on \
                disk
                """),
        Difference(
            subject: "commits", brief: "rows and offsets, at once",
            sentence: """
                rows, state and input offsets are always committed in one transaction, as with processing.guarantee \
                = exactly_once_v2; a key's updates are merged in between
                """),
        Difference(
            subject: "WHERE", brief: "before or after WINDOW",
            sentence: """
                WHERE may stand on either side of WINDOW; ksqlDB takes it behind only
                """),
        Difference(
            subject: "QUANTILE", brief: "from a DDSketch, ±1 %",
            sentence: """
                QUANTILE(column, q) is an extension: a DDSketch, within 1 % of the value
                """),
        Difference(
            subject: "PRINT", brief: "is bounded in the console",
            sentence: """
                PRINT on the console's statement page gives the records that there are, 1,000 at most and the newest \
                without FROM BEGINNING; weir query prints on as records come, as ksqlDB does
                """),
        Difference(
            subject: "joins", brief: "refused, as are UDFs",
            sentence: """
                joins, table functions, user functions, connectors, Avro and Protobuf are refused by name
                """),
    ]
}
