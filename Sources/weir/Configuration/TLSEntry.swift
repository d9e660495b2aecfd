import ClientTLS

extension TLSSettings {
    /// Reads what stands below `tls`, of a cluster and of a receiver of alerts alike.
    ///
    /// ```yaml
    /// tls: { authorities: /etc/weir/ca.pem, verify-hostname: true, certificate: me.pem, private-key: me.key, passphrase: { file: phrase } }
    /// ```
    ///
    /// - Throws: `ConfigurationError`.
    init(_ mapping: ConfigurationMapping, _ reader: inout ConfigurationReader) throws {
        var mapping = mapping
        self.init()
        authorities = try mapping.text("authorities")
        verifiesHostname = try mapping.flag("verify-hostname") ?? true
        certificate = try mapping.text("certificate")
        privateKey = try mapping.text("private-key")
        passphrase = try mapping.secret("passphrase", &reader)
        guard (certificate == nil) == (privateKey == nil) else {
            throw mapping.error("certificate and private-key belong together; one of them is missing")
        }
        reader.warn(mapping)
    }
}
