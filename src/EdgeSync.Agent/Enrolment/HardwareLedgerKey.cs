using EdgeSync.Signing.Keys.Hardware;

namespace EdgeSync.Agent.Enrolment;

/// <summary>A ledger key that is not made by EdgeSync and stands in no file.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="PublicKeyFile">Its public half (PEM); null where the hardware tells it.</param>
internal sealed record HardwareLedgerKey(HardwareKeyAddress Address, string? PublicKeyFile = null);
