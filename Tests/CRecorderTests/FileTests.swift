import CRecorder
import Glibc
import Synchronization
import TelephonyTesting
import Testing

@Suite struct `Files of recordings` {
  @Test func `a file is readable from its opening on, and for its owner and group alone`() throws {
    let fixture = try RecorderFixture()
    _ = try fixture.open("fresh.wav")
    #expect(fixture.read("fresh.wav")?.left == [])
    var status = stat()
    #expect(stat(fixture.path("fresh.wav"), &status) == 0)
    let mask = umask(0)
    umask(mask)
    #expect(status.st_mode & 0o777 == 0o640 & ~mask)
  }

  /// Whoever is killed between the two leaves no file that nothing can read.
  @Test func `a name is there no earlier than the header of its file`() throws {
    let fixture = try RecorderFixture()
    let seen = inotify_init1(Int32(O_NONBLOCK))
    defer { close(seen) }
    #expect(inotify_add_watch(seen, fixture.folder, UInt32(IN_CREATE | IN_MODIFY)) >= 0)
    _ = try fixture.open("fresh.wav")
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(seen, &bytes, bytes.count)
    // Each event: whom it is for, what it is, a cookie and the length of the name, and the name.
    func number(at index: Int) -> UInt32 { bytes.withUnsafeBytes { $0.load(fromByteOffset: index, as: UInt32.self) } }
    var events: [UInt32] = []
    var at = 0
    while at < count {
      events.append(number(at: at + 4))
      at += 16 + Int(number(at: at + 12))
    }
    // Written first, while it had no name, and named then.
    #expect(events.last == UInt32(IN_CREATE) && events.count { $0 == UInt32(IN_CREATE) } == 1)
  }

  @Test(arguments: [
    "", ".", "..", ".hidden.wav", "a/b.wav", "/tmp/x.wav", "../x.wav", "a/../../b.wav",
    String(repeating: "a", count: 256),
  ])
  func `a name that could leave the folder is refused`(name: String) throws {
    let fixture = try RecorderFixture()
    #expect(fixture.codeOfOpening(name) == RECORDER_INVALID)
  }

  @Test func `a file that is there is never written over`() throws {
    let fixture = try RecorderFixture()
    let track = try fixture.open("once.wav")
    track.put(RECORDER_OUTSIDE, at: 0, [1, 2, 3])
    #expect(fixture.codeOfOpening("once.wav") == RECORDER_FILE)
    #expect(errno == EEXIST)
    track.close()
    fixture.stop()
    #expect(fixture.read("once.wav")?.left == [1, 2, 3])
  }

  @Test func `a link is not followed`() throws {
    let fixture = try RecorderFixture()
    let target = fixture.path("target.wav")
    #expect(symlink(target, fixture.path("link.wav")) == 0)
    #expect(fixture.codeOfOpening("link.wav") == RECORDER_FILE)
    #expect(access(target, F_OK) != 0)
  }

  @Test func `the folder is gone: an error that says so`() throws {
    let fixture = try RecorderFixture()
    rmdir(fixture.folder)
    #expect(fixture.codeOfOpening("late.wav") == RECORDER_FILE)
    #expect(errno == ENOENT)
  }

  @Test func `a recorder wants a folder and a rate it knows`() throws {
    var recorder: OpaquePointer?
    let folder = try makeFolder()
    defer { removeFolder(folder) }
    let directory = open(folder, O_RDONLY | O_DIRECTORY)
    defer { close(directory) }
    let null = open("/dev/null", O_RDONLY)
    defer { close(null) }
    #expect(recorder_start(-1, 8000, nil, nil, &recorder) == RECORDER_INVALID)
    #expect(recorder_start(null, 8000, nil, nil, &recorder) == RECORDER_INVALID)
    #expect(recorder_start(directory, 44_100, nil, nil, &recorder) == RECORDER_INVALID)
    #expect(recorder_start(directory, 8000, nil, nil, nil) == RECORDER_INVALID)
    #expect(recorder == nil)
  }

  @Test func `calls without a recording, side or samples do nothing`() throws {
    let fixture = try RecorderFixture()
    let track = try fixture.open("odd.wav")
    recorder_put(nil, RECORDER_OUTSIDE, 0, [1], 1)
    recorder_put(track.file, recorder_side(rawValue: 7), 0, [1], 1)
    recorder_put(track.file, RECORDER_OUTSIDE, 0, nil, 1)
    recorder_close(nil)
    recorder_stop(nil)
    #expect(recorder_dropped(nil) == 0)
    track.close()
    fixture.stop()
    #expect(fixture.read("odd.wav")?.left == [])
  }

  @Test func `stopping seals what nobody closed`() throws {
    let fixture = try RecorderFixture()
    for index in 0..<20 {
      try fixture.open("\(index).wav").put(RECORDER_AGENT_SIDE, at: index, [1])
    }
    fixture.stop()
    for index in 0..<20 { #expect(fixture.read("\(index).wav")?.right.count == index + 1) }
  }

  @Test func `a closed recording is sealed while others run on`() async throws {
    let fixture = try RecorderFixture()
    let running = try fixture.open("running.wav")
    let closed = try fixture.open("closed.wav")
    running.put(RECORDER_OUTSIDE, at: 0, [1, 2])
    closed.put(RECORDER_OUTSIDE, at: 0, [3, 4, 5])
    closed.close()
    try await eventually("the file has it") { fixture.read("closed.wav")?.left == [3, 4, 5] }
    try await eventually("the file has it") { fixture.read("running.wav")?.left == [1, 2] }
  }

  /// As 200 calls would: at no time more than a second ahead of the disk, for the rings hold two.
  @Test func `two hundred recordings at once lose nothing`() async throws {
    let fixture = try RecorderFixture()
    let tracks = try (0..<200).map { try fixture.open("\($0).wav") }
    let (ticks, tick, second) = (150, 160, 50)
    func isWritten(upTo ticks: Int) -> Bool {
      (0..<200).allSatisfy { fixture.frames("\($0).wav") >= ticks * tick }
    }
    for index in 0..<ticks {
      let samples = (0..<tick).map { Int16((index * tick + $0) % 30_000 + 1) }
      for track in tracks {
        track.put(RECORDER_OUTSIDE, at: index * tick, samples)
        track.put(RECORDER_AGENT_SIDE, at: index * tick, samples)
      }
      try await eventually("\(index - second) ticks are written") { isWritten(upTo: index - second) }
    }
    #expect(recorder_dropped(fixture.recorder) == 0)
    for track in tracks { track.close() }
    fixture.stop()
    for index in 0..<200 {
      let file = try #require(fixture.read("\(index).wav"))
      #expect(file.left.count == ticks * tick)
      #expect(file.left.enumerated().allSatisfy { Int($1) == $0 % 30_000 + 1 })
    }
  }
}
