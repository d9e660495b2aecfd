/// Something secret, by reference: it stands in no configuration file, command line, log or error.
package enum Secret: Sendable, Equatable {
    /// The first line of a file.
    case file(String)
    /// A variable of the environment.
    case environment(String)
}
