import Configuration
import Glibc
import Numbers

/// Reads numbers as the daemon does.
let numberReader: NumberReaderFactory = { settings in
  guard Numbers.isKnownCountry(settings.country) else { return nil }
  return Numbers.reader(
    country: settings.country, defaultArea: settings.defaultArea, extensionLengths: settings.extensionLengths)
}

/// What a text gives when it lies in a folder without files.
func parse(_ text: String, folder: String = "/nowhere") -> Result<DaemonConfiguration.Loaded, ConfigurationFaults> {
  Result { () throws(ConfigurationFaults) in
    try DaemonConfiguration.parse(text: text, path: folder + "/t.toml", read: numberReader)
  }
}

/// Errors and warnings as `line:column: severity: message`.
func faults(_ text: String, folder: String = "/nowhere") -> [String] {
  faults(of: parse(text, folder: folder))
}

func faults(of outcome: Result<DaemonConfiguration.Loaded, ConfigurationFaults>) -> [String] {
  let faults =
    switch outcome {
    case .success(let loaded): loaded.warnings
    case .failure(let error): error.faults
    }
  return faults.map { "\($0.line):\($0.column): \($0.severity.rawValue): \($0.message)" }
}

/// A folder of its own for one test, gone with it.
final class TemporaryFolder {
  let path: String

  init() {
    var template = Array("/tmp/tsunagi-test-XXXXXX".utf8CString)
    path = mkdtemp(&template).map { String(cString: $0) } ?? "/nonexistent"
  }

  deinit {
    guard let folder = opendir(path) else { return }
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { unlink(path + "/" + name) }
    }
    closedir(folder)
    rmdir(path)
  }

  /// Writes a file and gives its path.
  @discardableResult
  func write(_ name: String, _ bytes: some Sequence<UInt8>, mode: mode_t = 0o600) -> String {
    let file = path + "/" + name
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    let bytes = Array(bytes)
    _ = Glibc.write(descriptor, bytes, bytes.count)
    fchmod(descriptor, mode)
    close(descriptor)
    return file
  }

  func load(_ name: String) -> Result<DaemonConfiguration.Loaded, ConfigurationFaults> {
    Result { () throws(ConfigurationFaults) in
      try DaemonConfiguration.load(path: path + "/" + name, read: numberReader)
    }
  }
}

/// A WAV file's header with a little sound behind it.
func wav(format: UInt16 = 1, bits: UInt16 = 16, channels: UInt16 = 1, rate: UInt32 = 8000, sound: Int = 160) -> [UInt8]
{
  func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
  let block = channels * bits / 8
  var chunks = Array("WAVEfmt ".utf8) + little(UInt32(16)) + little(format) + little(channels) + little(rate)
  chunks += little(rate * UInt32(block)) + little(block) + little(bits)
  chunks += Array("LIST".utf8) + little(UInt32(3)) + [1, 2, 3, 0]
  chunks += Array("data".utf8) + little(UInt32(sound)) + [UInt8](repeating: 0, count: sound)
  return Array("RIFF".utf8) + little(UInt32(chunks.count)) + chunks
}
