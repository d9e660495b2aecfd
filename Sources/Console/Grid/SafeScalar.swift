/// What may reach the terminal. Everything a grid takes passes here, so names, errors and record bytes are safe alike.
///
/// Control characters become visible stand-ins (`␛` for escape); what has no picture and could reorder, hide or join text
/// (bidi controls, zero-width characters, variation selectors, tags, private use, unassigned) never gets through.
package enum SafeScalar {
    /// The scalar to show for this one, or nil when it is left out.
    package static func shown(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        let value = scalar.value
        if value >= 0x20 && value < 0x7f { return scalar }
        if value < 0x20 { return Unicode.Scalar(0x2400 + value) }
        if value == 0x7f { return "\u{2421}" }
        if value < 0xa0 { return "\u{fffd}" }
        if value == 0xa0 { return " " }
        if value == 0xad { return nil }
        if value < 0x300 { return scalar }
        if (0x2500...0x25ff).contains(value) || (0x2800...0x28ff).contains(value) { return scalar }
        if isVariationSelector(scalar) { return nil }
        switch scalar.properties.generalCategory {
        case .format, .lineSeparator, .paragraphSeparator: return nil
        case .control, .surrogate, .privateUse, .unassigned: return "\u{fffd}"
        case .spaceSeparator: return scalar.value == 0x3000 ? scalar : " "
        default: return scalar.properties.isDefaultIgnorableCodePoint ? nil : scalar
        }
    }

    /// True for the selectors that choose between text and emoji pictures.
    package static func isVariationSelector(_ scalar: Unicode.Scalar) -> Bool {
        (0xfe00...0xfe0f).contains(scalar.value) || (0xe0100...0xe01ef).contains(scalar.value)
    }
}
