using EdgeSync.Signing.Keys.Hardware;

namespace EdgeSync.Agent.Enrolment;

/// <summary>A ledger key in hardware, which EdgeSync did not create and which is in no file.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="PublicKeyFile">Its public half (PEM); null if the hardware provides it.</param>
internal sealed record HardwareLedgerKey(HardwareKeyAddress Address, string? PublicKeyFile = null);
