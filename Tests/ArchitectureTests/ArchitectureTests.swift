import Testing

@Suite struct `The house` {
  @Test(arguments: try SourceTree.entries(of: "Sources"))
  func `a target imports only what its arrows allow`(target: String) throws {
    #expect(Arrows.modules[target] != nil, "no row for \(target): the drawing lacks it")
    let allowed = Arrows.allowed(in: target)
    let files = try SourceTree.files(in: "Sources/\(target)", ending: ".swift")
    #expect(!files.isEmpty, "an empty folder")
    for file in files {
      for module in imports(in: try SourceTree.text(of: file)) {
        #expect(allowed.contains(module), "\(file) imports \(module)")
      }
    }
  }

  @Test func `a feature knows Telephony and nothing else`() {
    for feature in Arrows.features {
      #expect(Arrows.allowed(in: feature) == ["Telephony"])
    }
  }

  @Test func `only C speaks PJSIP`() throws {
    for folder in ["Sources", "Tests"] {
      for file in try SourceTree.files(in: folder, ending: ".swift") {
        #expect(!imports(in: try SourceTree.text(of: file)).contains("CPJSIP"), "\(file) imports CPJSIP")
      }
    }
    var seen = 0
    for target in try SourceTree.entries(of: "CShims") {
      for file in try SourceTree.files(in: "CShims/\(target)", ending: ".c", ".h", ".cpp") {
        let foreign = includes(in: try SourceTree.text(of: file)).filter(isOfPJSIP)
        seen += foreign.count
        #expect(foreign.isEmpty || Arrows.speakPJSIP.contains(target), "\(file) includes \(foreign)")
      }
    }
    #expect(seen > 0, "PJSIP is included nowhere, so this test looks in the wrong place")
  }

  @Test func `the header of a shim is a contract: no type of PJSIP's is in it`() throws {
    for target in try SourceTree.entries(of: "CShims") where target != "CPJSIP" {
      for file in try SourceTree.files(in: "CShims/\(target)", ending: ".h") where file.contains("/include/") {
        #expect(!includes(in: try SourceTree.text(of: file)).contains(where: isOfPJSIP), "\(file)")
      }
    }
  }

  @Test(arguments: ["Sources", "CShims", "Tests", "docker"])
  func `no file is longer than 400 lines`(folder: String) throws {
    let files = try SourceTree.files(in: folder, ending: ".swift", ".c", ".h", ".cpp", "-dependencies", "-libpjproject")
    #expect(!files.isEmpty)
    for file in files {
      let lines = try SourceTree.text(of: file).utf8.count { $0 == UInt8(ascii: "\n") }
      #expect(lines <= 400, "\(file) has \(lines) lines: what second thing is living there?")
    }
  }

  /// Written in two pieces, so that this file does not contain them.
  @Test(arguments: ["TO" + "DO", "FIX" + "ME", "X" + "XX"])
  func `nothing is left for later in the source`(word: String) throws {
    for file in try Self.everySource() {
      let words = try SourceTree.text(of: file).split { !($0.isLetter || $0.isNumber || $0 == "_") }
      #expect(!words.contains { $0 == word }, "\(file) says \(word)")
    }
  }

  /// Where packages come from is each machine's own affair, and so is where its files lie. Written in two pieces, so that
  /// this file does not contain it.
  @Test func `no source names one machine's places, nor a host that is no example`() throws {
    for file in try Self.everySource() + ["README.md"] {
      let text = try SourceTree.text(of: file)
      #expect(!text.contains("/wo" + "rk/"), "\(file) names one machine's folder")
      let hosts = hosts(in: text).filter { !isExample($0) }
      #expect(hosts.isEmpty, "\(file) names \(hosts)")
    }
  }

  @Test func `the top level holds what the drawing shows, and dotfiles`() throws {
    let drawn: Set = ["Package.swift", "Sources", "Tests", "CShims", "docker", "README.md", "Makefile", "LICENSE"]
    for entry in try SourceTree.entries(of: "") where !entry.hasPrefix(".") {
      #expect(drawn.contains(entry), "\(entry) has no place at the top level")
    }
  }

  static func everySource() throws -> [String] {
    var files = ["Package.swift", "Makefile", ".ci/run"]
    for folder in ["Sources", "CShims", "Tests"] {
      files += try SourceTree.files(in: folder, ending: ".swift", ".c", ".h", ".cpp", ".modulemap", ".xml", ".cfg")
    }
    files += try SourceTree.files(
      in: "docker", ending: ".toml", ".h", ".yaml", ".service", "file", "-dependencies", "-libpjproject", "-test", "run"
    )
    return files
  }
}
