import BrokerCore
import NIOCore
import Testing

@Suite("The real disk")
struct DiskStorageTests {
    @Test("reads and writes thousands of open files with few descriptors")
    func descriptors() throws {
        let temporary = try TemporaryDirectory()
        let disk = DiskStorage(descriptorLimit: 16)
        var files: [any StorageFile] = []
        for number in 0..<2000 {
            let file = try disk.open("\(temporary.path)/\(number)", .create)
            try file.write(ByteBuffer(integer: Int64(number)), at: 0)
            files.append(file)
            #expect(disk.openDescriptors <= 16)
        }
        for (number, file) in files.enumerated().reversed() {
            var bytes = ByteBuffer()
            let count = try file.read(at: 0, count: 100, into: &bytes)
            #expect(count == 8)
            let found = bytes.readInteger(as: Int64.self)
            #expect(found == Int64(number))
            try file.rename(to: "\(temporary.path)/\(number).renamed")
        }
        for file in files {
            try file.write(ByteBuffer(string: "head"), ByteBuffer(string: "rest"), at: 8)
            try file.sync()
            #expect(try file.size() == 16)
            #expect(disk.openDescriptors <= 16)
            file.close()
        }
        #expect(disk.openDescriptors == 0)
        #expect(try disk.list(temporary.path).count == 2000)
    }

    @Test("says what failed, on what, and what to do")
    func errors() {
        let disk = DiskStorage(descriptorLimit: 16)
        do throws(StorageError) {
            _ = try disk.open("/nowhere/at/all", .read)
            Issue.record("it was opened")
        } catch {
            #expect(error.code == StorageError.notFound)
            #expect("\(error)" == "cannot open /nowhere/at/all: No such file or directory")
        }
        #expect("\(StorageError(.write, "/d/x.log", code: StorageError.noSpace))".contains("free space on this disk"))
    }

    @Test("puts a whole file in place or leaves the old one")
    func replacing() throws {
        let temporary = try TemporaryDirectory()
        let disk = DiskStorage(descriptorLimit: 16)
        let path = "\(temporary.path)/checkpoint"
        try disk.replaceFile(path, with: ByteBuffer(string: "a longer first text"))
        try disk.replaceFile(path, with: ByteBuffer(string: "second"))
        #expect(try disk.readFile(path).map { String(buffer: $0) } == "second")
        #expect(try disk.list(temporary.path) == ["checkpoint"])
        #expect(throws: StorageError.self) { try disk.readFile(path, limit: 3) }
        #expect(try disk.readFile(path + "x") == nil)
    }
}
