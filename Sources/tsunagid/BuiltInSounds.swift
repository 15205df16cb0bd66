import Sounds

/// The files of the built-in music and tones, written beside the database at each start.
struct BuiltInSounds {
  let music: String
  let ringback: String
  let refusal: String

  init(folder: String) throws(StartFault) {
    music = folder + "/music.wav"
    ringback = folder + "/ringback.wav"
    refusal = folder + "/refusal.wav"
    do throws(WaveFault) {
      try WaveFile(samples: Tone.music()).write(to: music)
      try WaveFile(samples: Tone.ringback()).write(to: ringback)
      try WaveFile(samples: Tone.refusal()).write(to: refusal)
    } catch {
      throw StartFault("the built-in sounds could not be written: \(error)")
    }
  }
}
