namespace EdgeSync.Reconciliation.Ports;

/// <summary>What is wrong with one object.</summary>
/// <param name="Subject">The object, <c>Deployment shop/web</c>.</param>
/// <param name="Message">What is wrong, in words.</param>
/// <param name="Hint">What an operator can do, or null.</param>
public sealed record ObjectFault(string Subject, string Message, string? Hint = null)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Subject}: {Message}";
}
