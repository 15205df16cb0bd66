/// The drawing of the house as data: who may import whom. A module that is not in a row is not imported there.
///
/// `Package.swift` declares the same, but the compiler lets a target import what is only its neighbour's; and it says
/// nothing about the system's modules. To add a row is to change the drawing.
enum Arrows {
  static let features: Set<String> = [
    "Entries", "Distribution", "Conversations", "Dialing", "Supervision", "Overload", "Recordings", "Directory",
    "History", "Figures", "Changes",
  ]

  /// Modules of the house by target.
  static let modules: [String: Set<String>] = {
    var arrows: [String: Set<String>] = [
      // words
      "Telephony": [],
      "Control": ["Telephony"],
      // reckoning beside the rules
      "Staffing": [],
      "Simulation": ["Distribution", "Telephony"],
      // the desk
      "CallCenter": features.union(["Control", "Telephony"]),
      // edges
      "Threads": [],
      "SIPEngine": ["Telephony", "Threads", "CSIPBridge"],
      "ControlSocket": ["Control", "Telephony"],
      "ControlClient": ["Control", "Telephony", "Configuration", "Distribution", "Simulation", "Staffing"],
      "Storage": [
        "Telephony", "Changes", "Directory", "Distribution", "Figures", "History", "Recordings", "Supervision",
        "CSQLite",
      ],
      "Numbers": ["Telephony", "CPhoneNumber"],
      "Configuration": features.union(["Telephony", "Control", "CTOML"]),
      "Sounds": [],
      // programs
      "tsunagid": features.union([
        "CallCenter", "SIPEngine", "ControlSocket", "Storage", "Numbers", "Configuration", "Control", "Telephony",
        "Sounds", "Threads",
      ]),
      "tsunagi": ["ControlClient"],
    ]
    for feature in features { arrows[feature] = ["Telephony"] }
    return arrows
  }()

  /// Rules see no clock, no file and no lock, so neither words nor features nor the desk's values have the system's
  /// modules. Edges and programs do; `FoundationEssentials` suffices everywhere.
  static func systemModules(of target: String) -> Set<String> {
    switch target {
    case "Telephony": ["Glibc"]  // the clock behind `Moment.now`, and the randomness of names
    case "Control": ["FoundationEssentials"]  // JSON
    case "CallCenter": ["Synchronization"]
    case "Staffing", "Simulation": ["Glibc"]  // logarithms
    case _ where features.contains(target): []
    default: ["Dispatch", "Glibc", "Synchronization", "FoundationEssentials"]
    }
  }

  /// What a source file of a target may import.
  static func allowed(in target: String) -> Set<String> {
    (modules[target] ?? []).union(systemModules(of: target))
  }

  /// The C targets whose files may include PJSIP's headers.
  static let speakPJSIP: Set<String> = ["CPJSIP", "CSIPBridge", "CMediaPlane"]
}
