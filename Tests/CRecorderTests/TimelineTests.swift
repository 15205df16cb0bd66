import CRecorder
import Glibc
import Synchronization
import TelephonyTesting
import Testing

@Suite struct `Two sides on one timeline` {
  private let tick = 160

  @Test func `each tone lands in its channel at its time`() throws {
    let fixture = try RecorderFixture()
    let track = try fixture.open("tones.wav")
    for position in stride(from: 0, to: 16_000, by: tick) {
      track.put(RECORDER_OUTSIDE, at: position, tone(440, at: position, count: tick))
      if position >= 8000 { track.put(RECORDER_AGENT_SIDE, at: position, tone(1000, at: position, count: tick)) }
    }
    track.close()
    fixture.stop()
    let file = try #require(fixture.read("tones.wav"))
    #expect(file.sampleRate == 8000)
    #expect(file.left.count == 16_000)
    #expect(StereoFile.share(of: 440, in: file.left[...]) > 0.95)
    #expect(StereoFile.share(of: 1000, in: file.left[...]) < 0.01)
    #expect(file.right[..<8000].allSatisfy { $0 == 0 })
    #expect(StereoFile.share(of: 1000, in: file.right[8000...]) > 0.95)
    #expect(StereoFile.share(of: 440, in: file.right[8000...]) < 0.01)
    #expect(Array(file.left) == tone(440, at: 0, count: 16_000))
  }

  @Test func `a gap is silence, and what follows keeps its time`() throws {
    let fixture = try RecorderFixture(sampleRate: 16_000)
    let track = try fixture.open("gap.wav")
    track.put(RECORDER_OUTSIDE, at: 0, tone(440, at: 0, count: 1600))
    track.put(RECORDER_OUTSIDE, at: 10_000, tone(440, at: 10_000, count: 1600))
    track.put(RECORDER_AGENT_SIDE, at: 5000, tone(1000, at: 5000, count: 1000))
    track.close()
    fixture.stop()
    let file = try #require(fixture.read("gap.wav"))
    #expect(file.sampleRate == 16_000)
    #expect(
      file.left == tone(440, at: 0, count: 1600) + [Int16](repeating: 0, count: 8400)
        + tone(440, at: 10_000, count: 1600))
    #expect(Array(file.right[5000..<6000]) == tone(1000, at: 5000, count: 1000))
    #expect(file.right[..<5000].allSatisfy { $0 == 0 } && file.right[6000...].allSatisfy { $0 == 0 })
  }

  @Test func `when nobody spoke for half a minute the file says so`() throws {
    let fixture = try RecorderFixture()
    let track = try fixture.open("pause.wav")
    track.put(RECORDER_OUTSIDE, at: 240_000, [7, 8, 9])
    #expect(recorder_dropped(fixture.recorder) == 0)
    track.close()
    fixture.stop()
    let file = try #require(fixture.read("pause.wav"))
    #expect(file.left.count == 240_003)
    #expect(Array(file.left[239_999...]) == [0, 7, 8, 9])
  }

  @Test func `what lies before what was appended is dropped, the rest of it is kept`() throws {
    let fixture = try RecorderFixture()
    let track = try fixture.open("overlap.wav")
    track.put(RECORDER_OUTSIDE, at: 2, [1, 2, 3])
    track.put(RECORDER_OUTSIDE, at: 0, [9, 9, 9])
    track.put(RECORDER_OUTSIDE, at: 3, [8, 8, 4, 5])
    track.put(RECORDER_OUTSIDE, at: 1, [6, 6])
    track.put(RECORDER_AGENT_SIDE, at: 0, [-1])
    track.close()
    fixture.stop()
    let file = try #require(fixture.read("overlap.wav"))
    #expect(file.left == [0, 0, 1, 2, 3, 4, 5])
    #expect(file.right == [-1, 0, 0, 0, 0, 0, 0])
  }

  @Test func `a side that stays away does not hold up the file, and is in time when it comes`() async throws {
    let fixture = try RecorderFixture()
    let track = try fixture.open("alone.wav")
    track.put(RECORDER_OUTSIDE, at: 0, tone(440, at: 0, count: 4000))
    try await eventually("the file has it") { fixture.read("alone.wav")?.left.count == 4000 }
    track.put(RECORDER_AGENT_SIDE, at: 3000, [Int16](repeating: 5, count: 1500))
    track.close()
    fixture.stop()
    let file = try #require(fixture.read("alone.wav"))
    #expect(file.left.count == 4500)
    #expect(file.right[..<4000].allSatisfy { $0 == 0 })
    #expect(file.right[4000...].allSatisfy { $0 == 5 })
  }

  /// As much as a ring holds, so that nothing is lost however late the writer is.
  @Test func `two threads at once: every sample is where it belongs`() async throws {
    let fixture = try RecorderFixture()
    let track = try fixture.open("threads.wav")
    let reached = Counters()
    let times = await withTaskGroup(of: (Int, [PutTime]).self) { group in
      for (own, side) in [RECORDER_OUTSIDE, RECORDER_AGENT_SIDE].enumerated() {
        group.addTask {
          var times: [PutTime] = []
          for position in stride(from: 0, to: 16_000, by: self.tick) {
            while position > reached[1 - own] + 1600 { await Task.yield() }
            let began = monotonicNanoseconds()
            track.put(side, at: position, (position..<position + self.tick).map { Int16($0 % 30_000 + 1) })
            times.append(PutTime(began: began, ended: monotonicNanoseconds()))
            reached.store(own, position)
          }
          return (own, times)
        }
      }
      return await group.reduce(into: [[], []]) { $0[$1.0] = $1.1 }
    }
    #expect(recorder_dropped(fixture.recorder) == 0)
    track.close()
    fixture.stop()
    let file = try #require(fixture.read("threads.wav"))
    #expect(file.left.count == 16_000)
    for (own, channel) in [file.left, file.right].enumerated() {
      #expect(channel.enumerated().allSatisfy { $1 == 0 || Int($1) == $0 % 30_000 + 1 })
      // A thread that the machine put to sleep was padded, as it should be; no other.
      let padded = Set(channel.indices.filter { channel[$0] == 0 }.map { $0 / tick })
      for put in padded { #expect(times[own][put].ended - times[1 - own][put].began >= 300_000_000) }
    }
  }

  /// In nanoseconds of the monotonic clock.
  private struct PutTime {
    let began: Int64
    let ended: Int64
  }

  @Test func `what finds no room is dropped and counted`() throws {
    let fixture = try RecorderFixture()
    let track = try fixture.open("full.wav")
    track.put(RECORDER_OUTSIDE, at: 0, [Int16](repeating: 1, count: 200_000))
    #expect(recorder_dropped(fixture.recorder) == 200_000)
    track.put(RECORDER_OUTSIDE, at: 0, [1, 2])
    track.close()
    fixture.stop()
    #expect(fixture.read("full.wav")?.left == [1, 2])
  }

  @Test(arguments: [UInt64.max, UInt64.max - 1, 1 << 40, 8000 * 120] as [UInt64])
  func `an impossible position is dropped and counted`(position: UInt64) throws {
    let fixture = try RecorderFixture()
    let track = try fixture.open("far.wav")
    recorder_put(track.file, RECORDER_AGENT_SIDE, position, [1, 2, 3], 3)
    #expect(recorder_dropped(fixture.recorder) == 3)
    track.put(RECORDER_AGENT_SIDE, at: 0, [4])
    track.close()
    fixture.stop()
    #expect(fixture.read("far.wav")?.right == [4])
  }
}

/// Two counters that two tasks share.
private final class Counters: Sendable {
  private let values = Mutex([0, 0])
  subscript(index: Int) -> Int { values.withLock { $0[index] } }
  func store(_ index: Int, _ value: Int) { values.withLock { $0[index] = value } }
}

private func monotonicNanoseconds() -> Int64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
