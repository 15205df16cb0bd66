import Synchronization

/// Ports for one test, without anybody who gives them back.
public enum Ports {
  /// Enough for all tests that run at one time; who took longer ago has ended.
  private static let mostHeld = 100
  private static let held = Mutex<[PortBlock]>([])

  /// The first of `count` ports that no other test uses, here or in another run.
  public static func free(_ count: Int = 10) -> Int {
    let block = PortBlock.next(count)
    held.withLock { held in
      held.append(block)
      if held.count > mostHeld { held.removeFirst() }
    }
    return block.first
  }
}
