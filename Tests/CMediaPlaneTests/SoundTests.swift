import CMediaPlane
import Glibc
import TelephonyTesting
import Testing

@Suite struct Sounds {
  @Test func `samples are copied, and the last frame is filled with silence`() throws {
    var samples = sines([300], rate: 8000, count: 401)
    let original = samples
    let sound = try #require(HeldSound(samples, rate: 8000))
    samples[0] = 999
    #expect(sound.frames == 3)
    #expect(sound.samples == original + [Int16](repeating: 0, count: 79))
    #expect(sound_samples(sound.pointer, 3) == nil)
    #expect(HeldSound([1], rate: 16000)?.samples == [1] + [Int16](repeating: 0, count: 319))
    #expect(HeldSound([Int16](repeating: 5, count: 320), rate: 16000)?.frames == 1)
  }

  @Test func `what is no sound, codec or frame does nothing`() throws {
    var made: OpaquePointer?
    var bytes = 77
    let samples: [Int16] = [1, 2, 3]
    let invalid = SOUND_INVALID
    #expect(sound_make(nil, 3, 8000, &made) == invalid)
    #expect(sound_make(samples, 0, 8000, &made) == invalid)
    #expect(sound_make(samples, 3, 44100, &made) == invalid)
    #expect(sound_make(samples, 3600 * 8000 + 1, 8000, &made) == invalid)
    #expect(sound_make(samples, 3, 8000, nil) == invalid)
    #expect(sound_open(nil, 8000, &made, nil, 0) == invalid)
    #expect(sound_open("/dev/null", 48000, &made, nil, 0) == invalid)
    #expect(made == nil)
    #expect(sound_hold(nil) == nil)
    sound_release(nil)
    #expect(sound_frames(nil) == 0)
    #expect(sound_samples(nil, 0) == nil)
    #expect(sound_prepare(nil, CODEC_PCMU) == invalid)
    let sound = try #require(HeldSound(samples, rate: 8000))
    #expect(sound_prepare(sound.pointer, codec_kind(9)) == invalid)
    #expect(sound_payload(sound.pointer, CODEC_PCMU, 0, &bytes) == nil)
    #expect(sound.prepare(.pcmu) == SOUND_OK)
    #expect(sound_payload(sound.pointer, CODEC_PCMU, 1, &bytes) == nil)
    #expect(sound_payload(sound.pointer, codec_kind(9), 0, &bytes) == nil)
    #expect(sound_payload(sound.pointer, CODEC_PCMU, 0, nil) == nil)
    #expect(sound_payload(nil, CODEC_PCMU, 0, &bytes) == nil)
    #expect(bytes == 77)
  }

  /// A second in a circle, thrice: tones that fit it hide no step where it begins again.
  @Test(arguments: Setting.all)
  func `each codec's payloads are the sound, in a circle`(setting: Setting) throws {
    let tone = sines([400], rate: setting.rate, count: setting.rate)
    let sound = try #require(HeldSound(tone, rate: setting.rate))
    #expect(sound.prepare(setting.coding) == SOUND_OK)
    let listener = OpenCodec(setting)
    let heard = try (0..<150).flatMap { try #require(listener.decode(sound.payload(setting.coding, $0 % 50))) }
    let seams = Spectrum(of: heard[(setting.rate / 2)...], at: 400, rate: setting.rate)
    #expect(abs(seams.level(over: 8000)) < 0.5)
    #expect(seams.purity > 30)
    let usual = biggestStep(tone)
    for seam in [50, 100] {
      #expect(biggestStep(heard[(seam - 1) * setting.frame..<(seam + 1) * setting.frame]) < usual * 5 / 4)
    }
  }

  @Test(arguments: Setting.all, [0, 1, 23, 49])
  func `a listener may begin at any frame`(setting: Setting, first: Int) throws {
    let sound = try #require(HeldSound(sines([400], rate: setting.rate, count: setting.rate), rate: setting.rate))
    #expect(sound.prepare(setting.coding) == SOUND_OK)
    let listener = OpenCodec(setting)
    let heard = try (first..<first + 7).flatMap {
      try #require(listener.decode(sound.payload(setting.coding, $0 % 50)))
    }
    let settled = Spectrum(of: heard[(2 * setting.frame)...], at: 400, rate: setting.rate)
    // G.722 has no beginnings: its predictors take a tenth of a second to agree about a pure tone.
    #expect(abs(settled.level(over: 8000)) < (setting.coding == .g722 ? 2 : 1))
    #expect(settled.purity > (setting.coding == .g722 ? 10 : 20))
  }

  @Test(arguments: Coding.allCases)
  func `a sound of one frame can be prepared, once`(coding: Coding) throws {
    let sound = try #require(HeldSound([Int16](repeating: 100, count: 160), rate: 8000))
    #expect(sound.payload(coding, 0).isEmpty)
    #expect(sound.prepare(coding) == SOUND_OK)
    var bytes = 0
    let payload = sound_payload(sound.pointer, coding.kind, 0, &bytes)
    #expect(bytes > 0)
    #expect(sound.prepare(coding) == SOUND_OK)
    #expect(sound_payload(sound.pointer, coding.kind, 0, &bytes) == payload)
  }

  @Test func `many read and hold it while it is prepared`() async throws {
    let sound = try #require(HeldSound(sines([400], rate: 16000, count: 64000), rate: 16000))
    let wrong = await withTaskGroup(of: Int.self) { group in
      group.addTask { Coding.allCases.reduce(0) { $0 + (sound.prepare($1) == SOUND_OK ? 0 : 1) } }
      for _ in 0..<4 {
        group.addTask {
          let held = sound_hold(sound.pointer)
          defer { sound_release(held) }
          var wrong = 0
          for coding in Coding.allCases {
            while sound.payload(coding, 0).isEmpty { await Task.yield() }
            for frame in 0..<sound.frames {
              let payload = sound.payload(coding, frame)
              if codec_duration(coding.kind, payload, payload.count) != codec_clock(coding.kind) / 50 { wrong += 1 }
            }
          }
          return wrong
        }
      }
      return await group.reduce(0, +)
    }
    #expect(wrong == 0)
  }

  @Test func `it lives as long as somebody holds it`() throws {
    let samples = sines([300], rate: 8000, count: 160)
    var held: OpaquePointer?
    do {
      let sound = try #require(HeldSound(samples, rate: 8000))
      held = sound_hold(sound.pointer)
    }
    #expect(Array(UnsafeBufferPointer(start: sound_samples(held, 0), count: 160)) == samples)
    sound_release(held)
  }
}

@Suite struct `Files of sounds` {
  @Test(arguments: [8000, 11025, 16000, 22050, 44100, 48000], [8000, 16000])
  func `a tone has the same level and time at every rate`(fileRate: Int, rate: Int) throws {
    let folder = try SoundFolder()
    let path = folder.write(WAV(sines([400], rate: fileRate, count: fileRate), rate: fileRate).bytes)
    let sound = try #require(HeldSound.open(path, rate: rate).sound)
    #expect(sound.frames == 50)
    let wanted = sines([400], rate: rate, count: rate)
    let differences = zip(sound.samples, wanted).map { Int16(clamping: Int($0) - Int($1)) }
    // Before the beginning and behind the end the resampler sees silence: an edge rings.
    #expect(differences[(rate / 50)..<(rate - rate / 50)].allSatisfy { abs(Int($0)) <= 4 })
    if rate == fileRate { #expect(sound.samples == wanted) }
  }

  @Test func `what is above half the rate is not folded down`() throws {
    let folder = try SoundFolder()
    let path = folder.write(WAV(sines([5000], rate: 48000, count: 48000), rate: 48000).bytes)
    let sound = try #require(HeldSound.open(path, rate: 8000).sound)
    #expect(loudness(sound.samples[400..<7600]) < 4)
  }

  @Test(arguments: [(7, Coding.pcmu), (6, .pcma)])
  func `G.711 files hold what the codec holds`(format: Int, coding: Coding) throws {
    let folder = try SoundFolder()
    var file = WAV([])
    file.format = format
    file.bits = 8
    file.data = (0..<320).map { UInt8(truncatingIfNeeded: $0) }
    let sound = try #require(HeldSound.open(folder.write(file.bytes), rate: 8000).sound)
    #expect(sound.samples == OpenCodec(Setting(coding: coding, rate: 8000)).decode(file.data))
  }

  @Test func `of a file that ends early, what is there is read`() throws {
    let folder = try SoundFolder()
    var file = WAV(sines([400], rate: 8000, count: 800))
    file.claimed = 3600 * 16000
    let sound = try #require(HeldSound.open(folder.write(file.bytes), rate: 8000).sound)
    #expect(sound.samples == sines([400], rate: 8000, count: 800))
  }

  @Test func `what cannot be used is refused, and says why`() throws {
    let folder = try SoundFolder()
    func refusal(_ change: (inout WAV) -> Void) -> String {
      var file = WAV(sines([400], rate: 8000, count: 960))
      change(&file)
      let (sound, reason) = HeldSound.open(folder.write(file.bytes), rate: 8000)
      return sound == nil ? reason : "it was taken"
    }
    #expect(refusal { $0.channels = 2 } == "the file is not mono: it has 2 channels")
    #expect(refusal { $0.bits = 24 } == "the file's samples are neither PCM of 16 bit nor G.711")
    #expect(refusal { $0.bits = 8 } == "the file's samples are neither PCM of 16 bit nor G.711")
    #expect(refusal { ($0.format, $0.bits) = (3, 32) } == "the file's samples are neither PCM of 16 bit nor G.711")
    #expect(refusal { $0.rate = 4000 } == "the file's rate is 4000 Hz, not 8000 to 48000")
    #expect(refusal { $0.rate = 96000 } == "the file's rate is 96000 Hz, not 8000 to 48000")
    #expect(refusal { $0.data = [] } == "the file holds no sound")
    for bytes in [[], Array("This is no sound.".utf8)] {
      let (sound, reason) = HeldSound.open(folder.write(bytes), rate: 8000)
      #expect(sound == nil)
      #expect(reason.hasPrefix("the file is no WAV file that can be read: "))
    }
    #expect(
      HeldSound.open("\(folder.path)/missing.wav", rate: 8000).reason
        == "the file cannot be opened: No such file or directory")
    #expect(HeldSound.open(folder.path, rate: 8000).reason == "it is not a file")
  }

  @Test func `a pipe is refused at once`() throws {
    let folder = try SoundFolder()
    let pipe = folder.place("pipe.wav")
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(HeldSound.open(pipe, rate: 8000).reason == "it is not a file")
  }

  @Test func `an hour is taken, and not a sample more`() throws {
    let folder = try SoundFolder()
    for (samples, taken) in [(3600 * 8000, true), (3600 * 8000 + 1, false)] {
      var file = WAV([])
      file.claimed = 2 * samples
      let path = folder.write(file.bytes)
      #expect(truncate(path, 44 + 2 * samples) == 0)
      let (sound, reason) = HeldSound.open(path, rate: 8000)
      #expect(sound?.frames == (taken ? 180_000 : nil))
      #expect(reason == (taken ? "" : "the file is longer than an hour"))
    }
  }

  @Test func `a reason is cut to its room`() {
    var opened: OpaquePointer?
    var reason = [CChar](repeating: 1, count: 10)
    #expect(sound_open("/missing.wav", 8000, &opened, &reason, 5) == SOUND_FILE)
    #expect(reason == Array("the ".utf8CString) + [CChar](repeating: 1, count: 5))
    #expect(sound_open("/missing.wav", 8000, &opened, &reason, 0) == SOUND_FILE)
    #expect(sound_open("/missing.wav", 8000, &opened, nil, 5) == SOUND_FILE)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `damaged files harm nothing`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let folder = try SoundFolder()
    for _ in 0..<20 {
      var bytes = WAV(sines([400], rate: 8000, count: 500), rate: random.chance(2) ? 8000 : 44100).bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 0..<(random.chance(4) ? bytes.count : 44), using: &random)] =
          UInt8.random(in: 0...255, using: &random)
      }
      if random.chance(3) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
      let (sound, reason) = HeldSound.open(folder.write(bytes), rate: 16000)
      #expect(sound == nil ? !reason.isEmpty : (sound?.frames ?? 0) > 0)
    }
  }
}
