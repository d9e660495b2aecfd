import ClusterClient
import Testing

@Test("an IPv6 address is written in brackets")
func bracketsAroundIPv6() {
    #expect("\(BrokerAddress(host: "::1", port: 9092))" == "[::1]:9092")
    #expect("\(BrokerAddress(host: "kafka-1", port: 9093))" == "kafka-1:9093")
}
