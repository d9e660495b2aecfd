package import KafkaProtocol

extension TopicController {
    /// Changes levels of features (UpdateFeatures, KIP-584). Blocks on the disk.
    ///
    /// Sentences are those of Kafka's `FeatureControlManager`.
    package func updateFeatures(_ request: UpdateFeaturesRequest) -> UpdateFeaturesResponse {
        let refusals: [TopicRefusal?]
        do throws(LogError) {
            refusals = try change { change in
                request.featureUpdates.map { update in
                    if let refusal = refusal(of: update, in: change.image) { return refusal }
                    let feature = BrokerFeature(rawValue: update.feature)
                    if !request.validateOnly, update.maxVersionLevel != feature.map({ change.image.level(of: $0) }) {
                        change.add(
                            .featureLevel(
                                FeatureLevelRecord(name: update.feature, featureLevel: update.maxVersionLevel)))
                    }
                    return nil
                }
            }
        } catch {
            return UpdateFeaturesResponse(errorCode: .kafkaStorageError, errorMessage: "\(error)")
        }
        return UpdateFeaturesResponse(
            results: zip(request.featureUpdates, refusals).map { update, refusal in
                .init(
                    feature: update.feature, errorCode: refusal?.code ?? .none, errorMessage: refusal?.message)
            })
    }

    private func refusal(of update: UpdateFeaturesRequest.Update, in image: MetadataImage) -> TopicRefusal? {
        func invalid(_ reason: String) -> TopicRefusal {
            TopicRefusal(
                .invalidUpdateVersion,
                "Invalid update version \(update.maxVersionLevel) for feature \(update.feature). \(reason)")
        }
        guard let feature = BrokerFeature(rawValue: update.feature) else {
            return invalid("Local controller \(nodeID) does not support this feature.")
        }
        let supported = feature.supported
        guard supported.contains(update.maxVersionLevel) else {
            return invalid(
                "Local controller \(nodeID) only supports versions \(supported.lowerBound)-\(supported.upperBound)")
        }
        guard update.maxVersionLevel < image.level(of: feature) else { return nil }
        guard feature.mayBeLowered else { return invalid("Metadata downgrade is not supported.") }
        // Version 0 says it with a flag, version 1 with a kind.
        guard update.allowDowngrade || update.upgradeType > 1 else {
            return invalid(
                "Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe "
                    + "downgrade.")
        }
        return nil
    }
}
