import StreamQuery
import WindowedMetrics

extension QueryFigures {
    /// Takes what an execution knows of itself.
    mutating func fill(from execution: QueryExecution) {
        late = execution.windowCounts?.late ?? 0
        valueless = execution.valueless
        failures = execution.log.total
        failureSamples = execution.log.samples.reversed().prefix(20).map {
            "\($0.stage.name) of partition \($0.partition), offset \($0.offset): \($0.reason)"
        }
        stateBytes = execution.stateBytes
        openWindows = execution.openWindows ?? 0
        guard let clock = execution.clock else { return }
        streamTime = clock.closingTime >= 0 ? clock.closingTime : nil
        idlePartitions = (0..<Int32(clock.partitionCount)).filter { clock.isIdle($0) }
    }
}
