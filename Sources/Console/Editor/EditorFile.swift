import Glibc

/// A text in a file of a directory that only this user can look into, for as long as an editor shows it.
struct EditorFile {
    /// The file.
    let path: String
    private let folder: String

    /// Writes the text; the file is read-only, since nothing typed there is taken.
    ///
    /// - Throws: `EditorError.cannotWrite` with the reason.
    init(_ it: EditorText, temporary: String) throws(EditorError) {
        var template = Array((temporary + "/weir-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw .cannotWrite(temporary, String(cString: strerror(errno))) }
        let folder = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? temporary }
        let path = folder + "/" + it.name.replacing("/", with: "_")
        do {
            try ExportFile.write(Array(it.text.utf8), to: path, replacing: false)
        } catch {
            rmdir(folder)
            throw .cannotWrite(folder, "\(error)")
        }
        chmod(path, 0o400)
        self.folder = folder
        self.path = path
    }

    /// Takes the file away, with what the editor left beside it (its swap and backup files).
    func remove() {
        if let entries = opendir(folder) {
            while let entry = readdir(entries) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != ".", name != ".." { unlink(folder + "/" + name) }
            }
            closedir(entries)
        }
        rmdir(folder)
    }
}

/// Why nothing can be shown in an editor.
enum EditorError: Error, CustomStringConvertible {
    /// Neither `VISUAL` nor `EDITOR` names one.
    case none
    /// The file could not be written; says where and why.
    case cannotWrite(String, String)

    var description: String {
        switch self {
        case .none: "no editor is set: export VISUAL or EDITOR, for example EDITOR=vi"
        case .cannotWrite(let place, let reason): "\(place): \(reason)"
        }
    }
}

/// Which editor is meant, and the words that start it.
struct EditorCommand {
    /// What the user set, `vim -R`.
    let editor: String

    /// `VISUAL`, or else `EDITOR`; blank ones count as unset.
    ///
    /// - Throws: `EditorError.none` where neither is set.
    init(environment: [String: String]) throws(EditorError) {
        let named = [environment["VISUAL"], environment["EDITOR"]].lazy.compactMap { $0?.trimmingBlanks }
        guard let editor = named.first(where: { !$0.isEmpty }) else { throw .none }
        self.editor = editor
    }

    /// The words that open a file. The shell takes the setting apart, as git and others have it do, so that it may have options.
    func words(opening path: String) -> [String] { ["/bin/sh", "-c", editor + " \"$@\"", editor, path] }

    /// What to say of how it ended; nil when all went well.
    func verdict(exit code: Int) -> String? {
        switch code {
        case 0: nil
        case 126, 127: "\(editor) could not be started; VISUAL and EDITOR say what to start"
        case 128...: "\(editor) was ended by signal \(code - 128)"
        default: "\(editor) ended with code \(code)"
        }
    }
}
