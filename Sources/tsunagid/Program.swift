import Configuration
import ControlSocket
import Glibc
import Numbers
import Storage
import Telephony

/// The daemon: reads its configuration, wires the parts, runs, stops.
@main
enum Program {
  /// Of this release.
  static let version = "0.1.0"

  static func main() async {
    switch Arguments(Array(CommandLine.arguments.dropFirst())) {
    case .help: print(Arguments.helpText, terminator: "")
    case .version: print("tsunagid \(version)")
    case .wrong(let what):
      complain("tsunagid: \(what); `tsunagid --help` says what there is")
      exit(2)
    case .check(let path):
      exit(check(path))
    case .run(let path):
      guard let loaded = load(path) else { exit(1) }
      do {
        let signals = EndSignals()
        try await Daemon(loaded).run(until: signals)
      } catch {
        complain("tsunagid: \((error as? StorageError)?.explanation ?? "\(error)")")
        exit(1)
      }
    }
    exit(0)
  }

  /// Says everything that is wrong with a file, and what is worth a look.
  private static func check(_ path: String) -> Int32 {
    guard let configuration = load(path)?.configuration else { return 1 }
    do throws(StartFault) {
      _ = try ControlSocketSettings(configuration.control)
    } catch {
      complain("\(path): error: \(error)")
      return 1
    }
    print("\(path): in order")
    return 0
  }

  private static func load(_ path: String) -> DaemonConfiguration.Loaded? {
    do throws(ConfigurationFaults) {
      let loaded = try DaemonConfiguration.load(path: path, read: reader)
      for warning in loaded.warnings { complain("\(warning)") }
      return loaded
    } catch {
      complain("\(error)")
      return nil
    }
  }

  static let reader: NumberReaderFactory = { settings in
    guard Numbers.isKnownCountry(settings.country) else { return nil }
    return Numbers.reader(
      country: settings.country, defaultArea: settings.defaultArea, extensionLengths: settings.extensionLengths)
  }

  static func complain(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    _ = write(2, bytes, bytes.count)
  }
}
