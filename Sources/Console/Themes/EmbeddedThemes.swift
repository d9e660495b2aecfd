/// The files of `Themes/`, compiled into the program, so that it needs no folder beside it.
enum EmbeddedThemes {
    /// Bytes by theme name.
    static var files: [(name: String, bytes: [UInt8])] {
        [
            ("gruvbox-dark", PackageResources.gruvbox_dark_yaml),
            ("gruvbox-light", PackageResources.gruvbox_light_yaml),
            ("high-contrast", PackageResources.high_contrast_yaml),
            ("mono", PackageResources.mono_yaml),
            ("nord", PackageResources.nord_yaml),
            ("solarized-dark", PackageResources.solarized_dark_yaml),
            ("solarized-light", PackageResources.solarized_light_yaml),
            ("weir-dark", PackageResources.weir_dark_yaml),
            ("weir-light", PackageResources.weir_light_yaml),
        ]
    }
}
