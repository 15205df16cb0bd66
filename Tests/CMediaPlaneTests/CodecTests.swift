import CMediaPlane
import Glibc
import TelephonyTesting
import Testing

@Suite struct Codecs {
  @Test(arguments: [(Coding.pcmu, 8000), (.pcma, 8000), (.g722, 8000), (.opus, 48000)] as [(Coding, UInt32)])
  func `each has its clock`(coding: Coding, clock: UInt32) {
    #expect(codec_clock(coding.kind) == clock)
  }

  @Test func `what is no codec, rate, payload or room does nothing`() {
    let none = codec_kind(7)
    var samples = [Int16](repeating: 1, count: 320)
    var payload = [UInt8](repeating: 1, count: 400)
    #expect(codec_open(none, 8000) == nil)
    #expect(codec_open(CODEC_OPUS, 48000) == nil)
    #expect(codec_open(CODEC_PCMU, 0) == nil)
    #expect(codec_clock(none) == 0)
    #expect(codec_duration(none, payload, 160) == 0)
    #expect(codec_duration(CODEC_OPUS, nil, 160) == 0)
    #expect(codec_decode(nil, payload, 160, &samples, 320) == 0)
    #expect(codec_encode(nil, samples, &payload, 400) == 0)
    codec_conceal(nil, &samples, 320)
    codec_close(nil)
    for setting in Setting.all {
      let codec = OpenCodec(setting)
      #expect(codec_decode(codec.pointer, nil, 160, &samples, 320) == 0)
      #expect(codec_decode(codec.pointer, payload, 0, &samples, 320) == 0)
      #expect(codec_encode(codec.pointer, samples, nil, 400) == 0)
      #expect(codec_encode(codec.pointer, samples, &payload, 0) == 0)
      codec_conceal(codec.pointer, nil, 320)
    }
    #expect(samples.allSatisfy { $0 == 1 })
    #expect(payload.allSatisfy { $0 == 1 })
  }

  @Test(
    arguments: [
      (Coding.pcmu, 0x00, -32124), (.pcmu, 0x80, 32124), (.pcmu, 0xFF, 0), (.pcmu, 0x7F, 0), (.pcmu, 0x8F, 16764),
      (.pcma, 0x2A, -32256), (.pcma, 0xAA, 32256), (.pcma, 0xD5, 8), (.pcma, 0x55, -8), (.pcma, 0xC5, 264),
    ] as [(Coding, UInt8, Int16)])
  func `G.711 has the values of the recommendation`(coding: Coding, byte: UInt8, sample: Int16) {
    #expect(OpenCodec(Setting(coding: coding, rate: 8000)).decode([byte]) == [sample])
  }

  @Test(arguments: [Coding.pcmu, .pcma])
  func `G.711 takes for each sample a value near it`(coding: Coding) throws {
    let codec = OpenCodec(Setting(coding: coding, rate: 8000))
    let values = try #require(codec.decode((0...255).map { UInt8($0) })).map { Int($0) }.sorted()
    var closest = 0
    var farther = 0
    for start in stride(from: -32768, to: 32768, by: 160) {
      let samples = (start..<start + 160).map { Int16(clamping: $0) }
      let back = try #require(codec.decode(codec.encode(samples[...])))
      for (sample, heard) in zip(samples, back) {
        func distance(_ index: Int) -> Int { abs(values[index] - Int(sample)) }
        while closest < 255, distance(closest + 1) <= distance(closest) { closest += 1 }
        // Where steps double, the first ones of the coarser side are a little nearer to the finer side's last.
        if abs(Int(heard) - Int(sample)) > 2 * distance(closest) + 4 { farther += 1 }
      }
    }
    #expect(farther == 0)
  }

  @Test(arguments: Setting.all, [300.0, 1000, 2000, 3400])
  func `a tone comes through as loud as it was, and pure`(setting: Setting, frequency: Double) {
    let tone = sines([frequency], rate: setting.rate, count: setting.rate)
    let heard = OpenCodec(setting).carry(tone)
    #expect(heard.count == tone.count)
    let spectrum = Spectrum(of: heard[(setting.rate / 2)...], at: frequency, rate: setting.rate)
    #expect(abs(spectrum.level(over: 8000)) < 0.5)
    #expect(spectrum.purity > 30)
  }

  @Test(arguments: [Coding.g722, .opus], [5000.0, 6500])
  func `wideband codecs carry what is above`(coding: Coding, frequency: Double) {
    let heard = OpenCodec(Setting(coding: coding, rate: 16000))
      .carry(sines([frequency], rate: 16000, count: 16000))
    let spectrum = Spectrum(of: heard[8000...], at: frequency, rate: 16000)
    #expect(abs(spectrum.level(over: 8000)) < 0.5)
    #expect(spectrum.purity > 18)
  }

  @Test(arguments: [Coding.pcmu, .pcma])
  func `resampling leaves no mirror image`(coding: Coding) {
    let setting = Setting(coding: coding, rate: 16000)
    let above = OpenCodec(setting).carry(sines([5000], rate: 16000, count: 16000))
    #expect(Spectrum(of: above[8000...], at: 3000, rate: 16000).level(over: 8000) < -55)
    let below = OpenCodec(setting).carry(sines([1000], rate: 16000, count: 16000))
    #expect(Spectrum(of: below[8000...], at: 7000, rate: 16000).level(over: 8000) < -55)
  }

  @Test(arguments: Setting.all)
  func `the way there and back takes as long as is said`(setting: Setting) {
    var random = SeededRandom(seed: 7)
    var last = 0.0
    let noise = (0..<setting.rate / 2).map { _ in
      last = 0.8 * last + Double.random(in: -2000...2000, using: &random)
      return Int16(last)
    }
    let heard = OpenCodec(setting).carry(noise)
    let middle = setting.rate / 10..<setting.rate * 4 / 10
    func likeness(_ lag: Int) -> Double { middle.reduce(0) { $0 + Double(noise[$1]) * Double(heard[$1 + lag]) } }
    #expect((0..<setting.rate / 50).max { likeness($0) < likeness($1) } == setting.delay)
  }

  @Test(arguments: Setting.all)
  func `silence stays silence, and the loudest is not wrapped around`(setting: Setting) {
    let silence = OpenCodec(setting).carry([Int16](repeating: 0, count: setting.rate / 2))
    // Of G.722 a rest of what was before may stay: nothing is heard of what does not change.
    #expect(silence.allSatisfy { abs(Int($0)) <= 40 })
    let loud = OpenCodec(setting).carry(sines([500], rate: setting.rate, count: setting.rate, amplitude: 32767))
    #expect(Spectrum(of: loud[(setting.rate / 2)...], at: 500, rate: setting.rate).purity > 20)
  }

  /// Silence is encoded once for all who hear it.
  @Test(arguments: Setting.all.filter { codec_remembers($0.coding.kind) }, [1, 5, 50])
  func `a voice may follow on another encoder's silence`(setting: Setting, frames: Int) throws {
    let silence = [Int16](repeating: 0, count: setting.frame)[...]
    let own = OpenCodec(setting)
    let other = OpenCodec(setting)
    let shared = (0..<11).map { _ in other.encode(silence) }.last ?? []
    let before = sines([281], rate: setting.rate, count: setting.frame * 25, amplitude: 2000)
    _ = own.carry(before + [Int16](repeating: 0, count: setting.frame * 6))
    for _ in 0..<frames { _ = own.decode(shared) }
    for _ in 0..<5 { _ = own.encode(silence) }
    codec_follow(own.pointer)
    let voice = sines([397, 503], rate: setting.rate, count: setting.frame * 25, amplitude: 4000)
    let says = voice.enumerated().map { Int16(Int($1) * min($0, setting.frame) / setting.frame) }
    let heard = own.carry(says)
    func biggestStep(_ samples: [Int16]) -> Int {
      zip(samples, samples.dropFirst()).map { abs(Int($0) - Int($1)) }.max() ?? 0
    }
    #expect(biggestStep(heard) < biggestStep(says) + 200)
  }
}

@Suite struct `Durations of payloads` {
  @Test(arguments: [Coding.pcmu, .pcma, .g722], [10, 20, 30, 40, 60, 120])
  func `a byte is a tick`(coding: Coding, milliseconds: Int) {
    let payload = [UInt8](repeating: 0xD5, count: milliseconds * 8)
    #expect(codec_duration(coding.kind, payload, payload.count) == UInt32(milliseconds * 8))
  }

  @Test(arguments: [Coding.pcmu, .pcma, .g722], [0, 961, 1500, Int.max])
  func `nothing, or too much`(coding: Coding, bytes: Int) {
    let payload = [UInt8](repeating: 0xD5, count: 1500)
    #expect(codec_duration(coding.kind, payload, bytes) == 0)
    #expect(bytes == 1500 || bytes == 961 || codec_duration(CODEC_OPUS, payload, bytes) == 0)
  }

  /// RFC 6716 §3: the first byte is 8 * configuration + how many frames; configurations 0...3 last 10, 20, 40, 60 ms,
  /// 12 and 13 10 and 20 ms, 16...19 2.5, 5, 10, 20 ms.
  @Test(
    arguments: [
      ([16 << 3], 120), ([18 << 3, 1, 2], 480), ([12 << 3, 1], 480), ([1 << 3, 1], 960), ([2 << 3, 1], 1920),
      ([3 << 3, 1], 2880),
      ([3 << 3 | 1, 1, 1], 5760),  // two of the same length
      ([1 << 3 | 2, 1, 1, 1], 1920),  // two of different lengths
      ([18 << 3 | 3, 3, 1, 1, 1], 1440),  // three
      ([18 << 3 | 3, 0x43, 1, 9, 9, 9, 0], 1440),  // three and padding
      ([16 << 3 | 3, 48] + [UInt8](repeating: 1, count: 48), 5760),
      ([], 0),
      ([3 << 3 | 1, 1, 1, 1], 0),  // two of the same length: three bytes
      ([1 << 3 | 2], 0), ([1 << 3 | 2, 9, 1], 0), ([1 << 3 | 2, 252], 0),  // the first is longer than all
      ([3 << 3 | 3, 3, 1, 1, 1], 0),  // 180 ms
      ([18 << 3 | 3], 0), ([18 << 3 | 3, 0], 0), ([18 << 3 | 3, 2, 1], 0),  // no count; none; one byte for two
      ([16 << 3 | 3, 49] + [UInt8](repeating: 1, count: 49), 0),  // too many
      ([18 << 3 | 3, 0x41, 200, 1], 0),  // more padding than packet
      ([0] + [UInt8](repeating: 1, count: 1276), 0),  // a frame has 1275 bytes at most
    ] as [([UInt8], UInt32)])
  func `of Opus, by its packets' structure`(payload: [UInt8], ticks: UInt32) {
    #expect(codec_duration(CODEC_OPUS, payload, payload.count) == ticks)
  }

  @Test(arguments: Setting.all)
  func `a frame lasts 20 ms and fits`(setting: Setting) {
    let codec = OpenCodec(setting)
    for index in 0..<50 {
      let frame = sines([Double(300 + 50 * index)], rate: setting.rate, count: setting.frame, amplitude: 30000)
      let payload = codec.encode(frame[...])
      #expect(codec_duration(setting.coding.kind, payload, payload.count) == codec_clock(setting.coding.kind) / 50)
    }
  }

  @Test(arguments: Setting.all)
  func `what does not fit is not decoded, and the next one is`(setting: Setting) throws {
    let codec = OpenCodec(setting)
    let payload = codec.encode(sines([400], rate: setting.rate, count: setting.frame)[...])
    #expect(try #require(codec.decode(payload, capacity: setting.frame - 1)).isEmpty)
    #expect(codec.decode(payload, capacity: setting.frame)?.count == setting.frame)
  }
}

@Suite struct `Hostile payloads` {
  @Test(arguments: Setting.all, 0..<8 as Range<UInt64>)
  func `random bytes harm nothing and last as long as is said`(setting: Setting, seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let codec = OpenCodec(setting)
    for _ in 0..<300 {
      let payload = (0..<Int.random(in: 0...(random.chance(2) ? 1500 : 100), using: &random))
        .map { _ in UInt8.random(in: 0...255, using: &random) }
      let ticks = Int(codec_duration(setting.coding.kind, payload, payload.count))
      let samples = ticks * setting.rate / Int(codec_clock(setting.coding.kind))
      #expect(samples <= setting.rate * Int(CODEC_LONGEST_PACKET_MILLISECONDS) / 1000)
      let capacity = random.chance(4) ? Int.random(in: 0...1920, using: &random) : 1920
      let heard = try #require(codec.decode(payload, capacity: capacity))
      #expect(heard.isEmpty || heard.count == samples)
      if setting.coding != .opus, samples <= capacity { #expect(heard.count == samples) }
      if random.chance(3) { _ = try #require(codec.conceal(Int.random(in: 0...2500, using: &random))) }
    }
  }

  @Test(arguments: [8000, 16000], 0..<8 as Range<UInt64>)
  func `damaged packets of Opus harm nothing`(rate: Int, seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let codec = OpenCodec(Setting(coding: .opus, rate: rate))
    let tone = sines([300, 700], rate: rate, count: rate / 50)
    for _ in 0..<100 {
      var payload = codec.encode(tone[...])
      payload[Int.random(in: 0..<payload.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      if random.chance(3) { payload.removeLast(Int.random(in: 0...payload.count, using: &random)) }
      _ = try #require(codec.decode(payload))
    }
  }
}
