// swift-tools-version: 6.2
import PackageDescription

// The directions of the house are written here: a target sees what its line names and nothing else.
// `Tests/ArchitectureTests` compares every import with this list.

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// UBSan has no `--sanitize` of its own on Linux: the flags are given to the C targets by environment.
let undefinedBehaviour: [String] =
  Context.environment["UBSAN"] == nil ? [] : ["-fsanitize=undefined", "-fsanitize-trap=undefined"]
let cStrict: [CSetting] = [.unsafeFlags(["-std=gnu17", "-Wall", "-Wextra", "-Werror"] + undefinedBehaviour)]
let cxxStrict: [CXXSetting] = [.unsafeFlags(["-Wall", "-Wextra", "-Werror"] + undefinedBehaviour)]

/// A feature is pure rules: it knows the vocabulary and nothing else.
func feature(_ name: String) -> Target {
  .target(name: name, dependencies: ["Telephony"], swiftSettings: strict)
}

/// An edge waits, reads, writes or speaks C: it carries out and never decides.
func edge(_ name: String, knows: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: knows, swiftSettings: strict)
}

/// data: files below the test's folder that it finds by its own path.
func tests(
  _ name: String, of subjects: [Target.Dependency], testing: [Target.Dependency] = ["TelephonyTesting"],
  data: [String] = []
) -> Target {
  .testTarget(name: name, dependencies: subjects + testing, exclude: data, swiftSettings: strict)
}

let features: [Target.Dependency] = [
  "Entries", "Distribution", "Conversations", "Dialing", "Supervision", "Overload", "Recordings", "Directory",
  "History", "Figures", "Changes",
]

let package = Package(
  name: "tsunagi",
  products: [
    .executable(name: "tsunagid", targets: ["tsunagid"]),
    .executable(name: "tsunagi", targets: ["tsunagi"]),
  ],
  targets: [
    // C and C++
    .systemLibrary(
      name: "CPJSIP", path: "CShims/CPJSIP", pkgConfig: "libpjproject", providers: [.apt(["libpjproject-dev"])]),
    .systemLibrary(
      name: "CSQLite", path: "CShims/CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(
      name: "CSndfile", path: "CShims/CSndfile", pkgConfig: "sndfile", providers: [.apt(["libsndfile1-dev"])]),
    .target(name: "CRecorder", dependencies: ["CSndfile"], path: "CShims/CRecorder", cSettings: cStrict),
    .target(
      name: "CMediaPlane", dependencies: ["CRecorder", "CSndfile"], path: "CShims/CMediaPlane", cSettings: cStrict,
      linkerSettings: ["spandsp", "opus", "speexdsp", "crypto"].map { .linkedLibrary($0) }),
    .target(
      name: "CSIPBridge", dependencies: ["CPJSIP", "CMediaPlane"], path: "CShims/CSIPBridge", cSettings: cStrict),
    .target(
      name: "CPhoneNumber", path: "CShims/CPhoneNumber", cxxSettings: cxxStrict,
      linkerSettings: [.linkedLibrary("phonenumber")]),
    .target(name: "CTOML", path: "CShims/CTOML", cxxSettings: cxxStrict),

    // Words
    .target(name: "Telephony", swiftSettings: strict),
    .target(name: "Control", dependencies: ["Telephony"], swiftSettings: strict),

    // Features
    feature("Entries"),
    feature("Distribution"),
    feature("Conversations"),
    feature("Dialing"),
    feature("Supervision"),
    feature("Overload"),
    feature("Recordings"),
    feature("Directory"),
    feature("History"),
    feature("Changes"),
    feature("Figures"),

    // Reckoning beside the rules: theory, and the rules under virtual time
    .target(name: "Staffing", swiftSettings: strict),
    .target(name: "Simulation", dependencies: ["Distribution", "Telephony"], swiftSettings: strict),

    // The desk where they meet
    .target(name: "CallCenter", dependencies: features + ["Control", "Telephony"], swiftSettings: strict),

    // Edges
    edge("Threads", knows: []),
    edge("SIPEngine", knows: ["Telephony", "Threads", "CSIPBridge"]),
    edge("ControlSocket", knows: ["Control", "Telephony"]),
    edge(
      "ControlClient", knows: ["Control", "Telephony", "Configuration", "Distribution", "Simulation", "Staffing"]),
    edge(
      "Storage",
      knows: [
        "Telephony", "Changes", "Directory", "Distribution", "Figures", "History", "Recordings", "Supervision",
        "CSQLite",
      ]),
    edge("Numbers", knows: ["Telephony", "CPhoneNumber"]),
    edge("Configuration", knows: features + ["Control", "Telephony", "CTOML"]),
    edge("Sounds", knows: []),

    // Programs
    .executableTarget(
      name: "tsunagid",
      dependencies: features + [
        "CallCenter", "SIPEngine", "ControlSocket", "Storage", "Numbers", "Configuration", "Control", "Sounds",
        "Telephony", "Threads",
      ], swiftSettings: strict),
    .executableTarget(name: "tsunagi", dependencies: ["ControlClient"], swiftSettings: strict),

    // Tests
    .target(
      name: "TelephonyTesting", dependencies: ["Telephony"], path: "Tests/TelephonyTesting", swiftSettings: strict),
    .target(
      name: "LoopbackTesting", dependencies: ["Control", "CSRTPPeer"], path: "Tests/LoopbackTesting",
      swiftSettings: strict),
    .executableTarget(
      name: "tsunagi-demo", dependencies: ["LoopbackTesting", "ControlClient", "Control"], path: "docker/demo",
      swiftSettings: strict),
    .target(
      name: "CLoadGenerator", dependencies: ["CMediaPlane"], path: "Tests/LoadGenerator", cSettings: cStrict,
      linkerSettings: [.linkedLibrary("opus")]),
    .executableTarget(
      name: "tsunagi-bench",
      dependencies: ["LoopbackTesting", "Control", "CLoadGenerator", "Distribution", "Simulation", "Telephony"],
      path: "Tests/Benchmarks", swiftSettings: strict),
    tests("TelephonyTests", of: ["Telephony"]),
    tests("ArchitectureTests", of: [], testing: []),
    tests("SoundsTests", of: ["Sounds"], testing: []),
    tests("DistributionTests", of: ["Distribution", "Telephony"]),
    tests("StaffingTests", of: ["Staffing"], testing: []),
    tests("SimulationTests", of: ["Simulation", "Staffing", "Distribution", "Telephony"]),
    tests("EntriesTests", of: ["Entries", "Telephony"]),
    tests("ConversationsTests", of: ["Conversations", "Telephony"]),
    tests("DialingTests", of: ["Dialing", "Telephony"]),
    tests("SupervisionTests", of: ["Supervision", "Telephony"]),
    tests("OverloadTests", of: ["Overload", "Telephony"]),
    tests("RecordingsTests", of: ["Recordings", "Telephony"]),
    tests("DirectoryTests", of: ["Directory", "Telephony"]),
    tests("HistoryTests", of: ["History", "Telephony"]),
    tests("ChangesTests", of: ["Changes", "Telephony"]),
    tests("FiguresTests", of: ["Figures", "Telephony"]),
    .executableTarget(
      name: "recorder-probe", dependencies: ["CRecorder"], path: "Tests/RecorderProbe", cSettings: cStrict),
    .target(
      name: "CSRTPPeer", path: "Tests/SRTPPeer", cSettings: cStrict, linkerSettings: [.linkedLibrary("srtp2")]),
    tests(
      "CMediaPlaneTests", of: ["CMediaPlane", "CRecorder", "CSndfile"], testing: ["CSRTPPeer", "TelephonyTesting"]),
    tests("MediaPlaneTests", of: ["CMediaPlane", "CSndfile"], testing: ["CSRTPPeer", "TelephonyTesting"]),
    tests("CRecorderTests", of: ["CRecorder", "CSndfile"]),
    tests(
      "StorageTests",
      of: [
        "Storage", "CSQLite", "Changes", "Directory", "Distribution", "Figures", "History", "Recordings", "Supervision",
        "Telephony",
      ]),
    tests("NumbersTests", of: ["Numbers", "Telephony"]),
    tests("ConfigurationTests", of: features + ["Configuration", "Control", "Numbers", "Telephony"], testing: []),
    tests("SIPEngineTests", of: ["SIPEngine", "Threads", "CSIPBridge", "Telephony"]),
    tests("CallCenterTests", of: features + ["CallCenter", "Control", "Telephony", "Threads"]),
    tests("LoopbackTestingTests", of: [], testing: ["LoopbackTesting"]),
    tests(
      "LoopbackTests", of: ["Control", "CSndfile", "Telephony"], testing: ["LoopbackTesting", "TelephonyTesting"]),
    tests(
      "CSIPBridgeTests", of: ["CSIPBridge", "SIPEngine", "Telephony", "Threads"],
      testing: ["LoopbackTesting", "TelephonyTesting"],
      data: ["Scenarios"]),
    tests("ControlTests", of: ["Control", "Telephony"]),
    tests("ControlSocketTests", of: ["ControlSocket", "ControlClient", "Control", "Telephony"]),
    tests("TsunagiTests", of: ["ControlClient", "ControlSocket", "Control", "Staffing", "Telephony", "tsunagi"]),
    tests(
      "DocumentationTests", of: ["Configuration", "Control", "ControlClient", "Distribution", "Numbers", "Telephony"],
      testing: []),
  ],
  cxxLanguageStandard: .cxx17)

// A ring: with TSUNAGI_RING=ATests,BTests the package has these tests and what they need, and nothing else. So a
// sanitizer builds only what it is to look at.
if let ring = Context.environment["TSUNAGI_RING"] {
  var wanted: Set<String> = []
  var left = ring.split(separator: ",").map(String.init)
  while let name = left.popLast() {
    guard wanted.insert(name).inserted else { continue }
    guard let target = package.targets.first(where: { $0.name == name }) else {
      fatalError("TSUNAGI_RING names \(name), which is no target")
    }
    for case .byNameItem(let dependency, _) in target.dependencies { left.append(dependency) }
  }
  package.targets.removeAll { !wanted.contains($0.name) }
  package.products.removeAll()
}
