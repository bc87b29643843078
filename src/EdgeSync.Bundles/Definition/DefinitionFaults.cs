using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Definition;

/// <summary>Collects what is wrong in one file, up to a number that a person can still read.</summary>
internal sealed class DefinitionFaults(string file)
{
    private const int MaxFaults = 100;
    private readonly List<BundleFault> _faults = [];

    public int Count => _faults.Count;

    public void Add(TextPosition position, string message)
    {
        if (_faults.Count < MaxFaults)
        {
            _faults.Add(new BundleFault(message, file, position.Line, position.Column));
        }
    }

    public void ThrowIfAny()
    {
        if (_faults.Count > 0)
        {
            throw new BundleException([.. _faults.OrderBy(fault => fault.Line).ThenBy(fault => fault.Column)])
            {
                Subject = file,
                Hint = "Every key is described in docs/bundle.md.",
            };
        }
    }
}
