import CMediaPlane
import Glibc
import TelephonyTesting
import Testing

@Suite struct AnnouncementTests {
  /// Kept announcements, closed with it.
  private final class Kept {
    let pointer: OpaquePointer
    private let seconds: Int64 = 1_000_000_000

    init(bytes: Int = 1 << 20) throws {
      pointer = try #require(announcements_open(8000, bytes))
    }

    deinit { announcements_close(pointer) }

    var count: Int { announcements_count(pointer) }

    /// One more that is held; the caller releases it. Or why there is none.
    func take(_ path: String, at second: Int64 = 0) -> (sound: OpaquePointer?, reason: String) {
      var taken: OpaquePointer?
      var reason = [CChar](repeating: 0, count: 200)
      let code = announcements_take(pointer, path, second * seconds, &taken, &reason, reason.count)
      let text = String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      return (code == SOUND_OK ? taken : nil, taken != nil && code != SOUND_OK ? "written on failure" : text)
    }

    /// Takes one that is released at once: which sound it was.
    func play(_ path: String, at second: Int64 = 0) -> OpaquePointer? {
      let (sound, _) = take(path, at: second)
      sound_release(sound)
      return sound
    }

    func tidy(at second: Int64) { announcements_tidy(pointer, second * seconds) }
  }

  private func first(_ sound: OpaquePointer?) -> Int16? { sound_samples(sound, 0)?.pointee }

  /// Until the clock that files are stamped by has gone on: what is read in the tick of a change is read again.
  private func nextTick() async throws {
    func coarse() -> timespec {
      var now = timespec()
      clock_gettime(CLOCK_REALTIME_COARSE, &now)
      return now
    }
    let begin = coarse()
    try await eventually("the clock goes on") { coarse().tv_nsec != begin.tv_nsec }
  }

  private func wav(_ level: Int16, frames: Int = 2) -> [UInt8] {
    WAV([Int16](repeating: level, count: frames * 160)).bytes
  }

  @Test func `A file is read once, and ends in a frame of silence`() async throws {
    let folder = try SoundFolder()
    let path = folder.write(wav(1000))
    try await nextTick()
    let kept = try Kept()
    let (one, _) = kept.take(path)
    let (other, _) = kept.take(path)
    #expect(one != nil)
    #expect(one == other)
    #expect(kept.count == 1)
    #expect(sound_frames(one) == 3)
    #expect(sound_samples(one, 2)?.pointee == 0)
    sound_release(one)
    sound_release(other)
  }

  @Test func `It is encoded as what begins out of silence`() throws {
    let folder = try SoundFolder()
    let loud = sines([700], rate: 8000, count: 1600)
    let kept = try Kept()
    let (sound, _) = kept.take(folder.write(WAV(loud).bytes))
    #expect(sound_prepare(sound, CODEC_G722) == SOUND_OK)
    let encoder = codec_open(CODEC_G722, 8000)
    var expected = [UInt8](repeating: 0, count: Int(CODEC_LONGEST_FRAME))
    for frame in -10..<10 {
      let samples = frame < 0 ? [Int16](repeating: 0, count: 160) : Array(loud[frame * 160..<frame * 160 + 160])
      let count = codec_encode(encoder, samples, &expected, expected.count)
      guard frame >= 0 else { continue }
      var bytes = 0
      let payload = sound_payload(sound, CODEC_G722, frame, &bytes)
      #expect(Array(UnsafeBufferPointer(start: payload, count: bytes)) == Array(expected.prefix(count)))
    }
    codec_close(encoder)
    sound_release(sound)
  }

  @Test(arguments: ["written over", "put in its place"])
  func `A changed file is heard changed, and the former one to its end`(
    how: String
  ) async throws {
    let folder = try SoundFolder()
    let path = folder.write(wav(1000))
    try await nextTick()
    let kept = try Kept()
    let (former, _) = kept.take(path)
    #expect(sound_prepare(former, CODEC_PCMU) == SOUND_OK)
    if how == "written over" {
      _ = folder.write(wav(2000))
    } else {
      rename(folder.write(wav(2000), as: "other.wav"), path)
    }
    let (new, _) = kept.take(path)
    #expect(first(former) == 1000)
    #expect(first(new) == 2000)
    #expect(!sound_is_prepared(new, CODEC_PCMU))
    #expect(kept.count == 1)
    sound_release(former)
    sound_release(new)
  }

  @Test func `What changes in the same tick of the clock is heard changed, too`() throws {
    let folder = try SoundFolder()
    let kept = try Kept()
    for level in 1...500 {
      let path = folder.write(wav(Int16(level)))
      #expect(first(kept.play(path)) == Int16(level))
    }
  }

  @Test func `A file that is damaged, or gone, is told of, and heard again once it is whole`() async throws {
    let folder = try SoundFolder()
    let path = folder.write(wav(1000))
    try await nextTick()
    let kept = try Kept()
    let (held, _) = kept.take(path)
    _ = folder.write(Array(wav(1000).prefix(30)))
    #expect(kept.take(path).reason.hasPrefix("the file is no WAV file that can be read"))
    #expect(kept.count == 0)
    #expect(first(held) == 1000)
    unlink(path)
    #expect(kept.take(path).reason == "the file cannot be opened: No such file or directory")
    _ = folder.write(wav(3000))
    #expect(first(kept.play(path)) == 3000)
    sound_release(held)
  }

  @Test func `What was played longest ago goes when there is no room, unless it is being played`() async throws {
    let folder = try SoundFolder()
    // Each takes 200 frames of 320 bytes, and a little: three of them fit.
    let paths = (0..<5).map { folder.write(wav(Int16($0), frames: 200), as: "\($0).wav") }
    try await nextTick()
    let kept = try Kept(bytes: 220_000)
    let (held, _) = kept.take(paths[0])
    for path in paths[1...2] { _ = kept.play(path) }
    #expect(kept.count == 3)
    _ = kept.play(paths[1])
    _ = kept.play(paths[3])
    #expect(kept.count == 3)
    let again = kept.play(paths[0])
    #expect(again == held)
    // 2 went before 1, which was played after it; what is encoded counts.
    #expect(sound_prepare(held, CODEC_PCMU) == SOUND_OK)
    _ = kept.play(paths[1])
    #expect(kept.count == 2)
    sound_release(held)
    _ = kept.play(paths[4])
    #expect(kept.count == 2)
  }

  @Test func `What is larger than all the room is kept while it is the last`() async throws {
    let folder = try SoundFolder()
    let paths = (0..<2).map { folder.write(wav(Int16($0), frames: 200), as: "\($0).wav") }
    let kept = try Kept(bytes: 1000)
    for path in paths {
      #expect(kept.play(path) != nil)
      #expect(kept.count == 1)
    }
  }

  @Test func `What nobody plays is given up after a while`() async throws {
    let folder = try SoundFolder()
    let path = folder.write(wav(1))
    let idle = Int64(ANNOUNCEMENT_IDLE_SECONDS)
    let kept = try Kept()
    let (held, _) = kept.take(path)
    kept.tidy(at: idle * 2)
    #expect(kept.count == 1)
    sound_release(held)
    kept.tidy(at: idle * 3 - 1)
    #expect(kept.count == 1)
    kept.tidy(at: idle * 3)
    #expect(kept.count == 0)
  }

  @Test func `What is no path or place does nothing`() throws {
    let kept = try Kept()
    var taken: OpaquePointer?
    #expect(announcements_take(kept.pointer, nil, 0, &taken, nil, 0) == SOUND_INVALID)
    #expect(announcements_take(nil, "x", 0, &taken, nil, 0) == SOUND_INVALID)
    #expect(announcements_take(kept.pointer, "x", 0, nil, nil, 0) == SOUND_INVALID)
    #expect(announcements_take(kept.pointer, "/dev/null", 0, &taken, nil, 0) == SOUND_FILE)
    #expect(taken == nil)
    #expect(announcements_open(44100, 0) == nil)
    announcements_close(nil)
  }
}
