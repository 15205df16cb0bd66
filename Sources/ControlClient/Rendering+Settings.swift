import Control
import Glibc
import Telephony

extension Rendering {
  /// Settings: what the file says, and what is in force.
  func settings(_ settings: [SettingSummary]) -> String {
    table(
      ["QUEUE", "AGENT", "SETTING", "FILE", "RUNNING", "CHANGED", "BY"],
      settings.map { setting in
        [
          setting.queue?.rawValue ?? "", setting.agent?.rawValue ?? "",
          [setting.list, setting.code, setting.key].compactMap(\.self).joined(separator: " "), shown(setting.file),
          setting.aside.map { "\(shown(setting.running)) (\(words["set aside"]): \($0))" } ?? shown(setting.running),
          setting.changedAt.map(shown) ?? "", setting.user.map(Self.name) ?? "",
        ]
      })
  }

  /// A text as it is, anything else as JSON.
  private func shown(_ value: JSON) -> String {
    switch value {
    case .null: ""
    case .string(let text): text
    default: JSONLine.text(value)
    }
  }

  /// The Unix user as this machine calls him.
  static func name(of user: UInt32) -> String {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 4096)
    guard getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name else {
      return "\(user)"
    }
    return String(cString: name)
  }
}
