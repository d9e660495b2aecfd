/// Files of rules as users write them.
package enum RuleSamples {
    /// The short form: lag, replicas, and what producers could not write.
    package static let short = """
        # Prometheus metrics to alert on
        alerts:
          - name: ConsumerLag
            expr: kafka_consumergroup_lag > 100000
            for: 5m
            severity: warning
            summary: "Consumer group falling behind"

          - name: UnderReplicatedPartitions
            expr: kafka_server_replicamanager_underreplicatedpartitions > 0
            for: 1m
            severity: critical
            summary: "Data durability at risk"

          - name: ProducerErrorRate
            expr: rate(kafka_producer_record_error_total[5m]) > 0
            for: 2m
            severity: critical
            summary: "Producer failing to write"
        """
}
