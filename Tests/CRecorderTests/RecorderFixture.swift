import CRecorder
import Glibc
import Synchronization

/// A recorder over a folder of its own, for one test.
///
/// Unchecked: the C side is thread-safe, and `recorder` changes only where the test stops it.
final class RecorderFixture: @unchecked Sendable {
  let folder: String
  let directory: Int32
  private(set) var recorder: OpaquePointer?

  init(sampleRate: UInt32 = 8000) throws {
    folder = try makeFolder()
    directory = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    let code = recorder_start(directory, sampleRate, nil, nil, &recorder)
    guard code == RECORDER_OK else { throw Failure(what: "recorder_start: \(code)") }
  }

  deinit {
    stop()
    Glibc.close(directory)
    removeFolder(folder)
  }

  /// Seals everything; what was put is in the files when it returns.
  func stop() {
    recorder_stop(recorder)
    recorder = nil
  }

  func open(_ name: String, tag: UInt64 = 0) throws -> Track {
    var file: OpaquePointer?
    let code = recorder_open(recorder, name, tag, &file)
    guard code == RECORDER_OK, let file else { throw Failure(what: "recorder_open(\(name)): \(code)") }
    return Track(file: file)
  }

  /// The code alone, for names that are refused.
  func codeOfOpening(_ name: String) -> Int {
    var file: OpaquePointer?
    return Int(recorder_open(recorder, name, 0, &file))
  }

  func path(_ name: String) -> String { "\(folder)/\(name)" }
  /// How many there are in the file, whatever its header says; it may be written to.
  func frames(_ name: String) -> Int {
    var status = stat()
    return stat(path(name), &status) == 0 ? max(0, (Int(status.st_size) - 44) / 4) : 0
  }
  func read(_ name: String) -> StereoFile? { StereoFile(path(name)) }
}

/// One open recording. Unchecked: recorder_put may be called from one thread per side.
struct Track: @unchecked Sendable {
  let file: OpaquePointer

  func put(_ side: recorder_side, at position: Int, _ samples: [Int16]) {
    recorder_put(file, side, UInt64(position), samples, samples.count)
  }
  func close() { recorder_close(file) }
}

struct Failure: Error { var what: String }

func makeFolder() throws -> String {
  var template = Array("/tmp/recorder-tests-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { throw Failure(what: "mkdtemp: \(errno)") }
  return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// A folder of plain files and links.
func removeFolder(_ folder: String) {
  if let listing = opendir(folder) {
    while let entry = readdir(listing) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { unlink("\(folder)/\(name)") }
    }
    closedir(listing)
  }
  rmdir(folder)
}
