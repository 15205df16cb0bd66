import Glibc
import Testing

@Suite(.serialized) struct `Recordings that end badly` {
  @Test func `kill -9 loses at most the last second`() throws {
    let folder = try makeFolder()
    defer { removeFolder(folder) }
    let probe = try Probe("speak", folder)
    var reached = 0
    while reached < 8000 * 3 { reached = try #require(probe.line().flatMap { Int($0) }) }
    probe.kill()
    while let rest = probe.line() { reached = Int(rest) ?? reached }
    let file = try #require(StereoFile("\(folder)/probe.wav"))
    #expect(file.left.count >= reached - 8000)
    #expect(file.left.allSatisfy { $0 == 1000 })
    // Both sides come in the same tick, but the probe may be put to sleep between them.
    #expect(file.right.count { $0 == -2000 } >= file.right.count - 8000)
  }

  @Test(.enabled(if: access("/usr/bin/sox", X_OK) == 0, "sox is not installed"))
  func `sox reads what kill -9 left`() throws {
    let folder = try makeFolder()
    defer { removeFolder(folder) }
    let probe = try Probe("speak", folder)
    var reached = 0
    while reached < 8000 * 2 { reached = try #require(probe.line().flatMap { Int($0) }) }
    probe.kill()
    #expect(system("/usr/bin/sox \(folder)/probe.wav \(folder)/copy.wav 2>/dev/null") == 0)
    #expect(StereoFile("\(folder)/copy.wav")?.left == StereoFile("\(folder)/probe.wav")?.left)
  }

  /// 30 001 bytes: the disk is full in the middle of a frame.
  @Test(arguments: [30_000, 30_001, 30_003])
  func `a full disk is told once, and what is written stays readable`(bytes: Int) throws {
    let folder = try makeFolder()
    defer { removeFolder(folder) }
    let probe = try Probe("starve", folder, String(bytes))
    #expect(probe.line() == "failed 7 the recording cannot be written any more: File too large")
    #expect(probe.line() == "done")
    #expect(probe.line() == nil)
    let file = try #require(StereoFile("\(folder)/probe.wav"))
    #expect(file.left.count == (bytes - 44) / 4)
    #expect(file.left.allSatisfy { $0 == 1000 })
  }
}
