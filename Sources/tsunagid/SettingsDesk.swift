import CallCenter
import Changes
import Configuration
import Control
import Telephony

/// Carries out changes of the configuration, one after the other in the order in which they came: judged, written down, in
/// force, answered. What could not be written is not in force.
actor SettingsDesk {
  private var running: RunningConfiguration
  private let store: any SettingChangeStore
  private let sounds: BuiltInSounds
  private let service: CallCenterService
  private let log: Log
  /// Ends when the last one that came is answered.
  private var last: Task<Void, Never>?

  init(
    _ running: RunningConfiguration, store: any SettingChangeStore, sounds: BuiltInSounds, service: CallCenterService,
    log: @escaping Log
  ) {
    self.running = running
    self.store = store
    self.sounds = sounds
    self.service = service
    self.log = log
  }

  /// `config.diff`.
  var differences: [SettingSummary] { running.differences }

  /// `config.show`.
  func settings(of subject: SettingSubject) -> Result<[SettingSummary], ControlError> { running.settings(of: subject) }

  /// Answers when the change is on the disk and in force.
  func carryOut(_ wish: SettingWish, for client: Client) async -> Result<ControlResult, ControlError> {
    let before = last
    let task = Task { () -> Result<ControlResult, ControlError> in
      await before?.value
      return await self.carryOutNow(wish, for: client)
    }
    last = Task { _ = await task.value }
    return await task.value
  }

  private func carryOutNow(_ wish: SettingWish, for client: Client) async -> Result<ControlResult, ControlError> {
    let author = SettingChanges.Author(user: client.userID, at: Moment.now().wallMilliseconds)
    switch running.changed(wish, by: author) {
    case .failure(let error): return .failure(error)
    case .success(let changed):
      do {
        if changed.running.changes != running.changes { try await store.save(changed.running.changes.inOrder) }
      } catch {
        log(LogLine(.error, "a change could not be written", ["error": "\(error)"]))
        return .failure(ControlError(.internalError, "the change could not be written, and is not in force: \(error)"))
      }
      running = changed.running
      await service.settingsChanged(
        to: CallFlowSettings(running.configuration, sounds: sounds), changed.differences, by: client.userID)
      let note = changed.differences.isEmpty ? ["nothing is different"] : changed.doubts
      return .success(.done(Done(note: note.joined(separator: "; "))))
    }
  }
}
