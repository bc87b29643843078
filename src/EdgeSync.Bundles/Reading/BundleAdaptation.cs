using EdgeSync.Bundles.Archives;
using EdgeSync.Bundles.Metadata;
using EdgeSync.Bundles.Values;
using EdgeSync.Contracts;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;
using ManifestReader = EdgeSync.Kubernetes.Manifests.ManifestReader;

namespace EdgeSync.Bundles.Reading;

/// <summary>Makes of a bundle what one site applies: with the site's values, and without the components that are for other sites.</summary>
internal sealed class BundleAdaptation(BundleMetadata metadata, ValueSources sources, IReadOnlyDictionary<string, ArchiveFile> files)
{
    private readonly BundleValues? _values = metadata.Values is { } declared ? new BundleValues(declared, sources) : null;
    private readonly HashSet<string> _enabled = sources.Kept?.Components is { } kept
        ? [.. kept]
        : [.. metadata.Components.Where(component => component.When?.Matches(sources.Labels) != false).Select(component => component.Name)];

    /// <summary>What was put in; known once <see cref="Complete"/> has returned.</summary>
    public ValuesInEffect InEffect { get; private set; } = new();

    /// <summary>Whether the site applies this component.</summary>
    public bool IsEnabled(string component) => _enabled.Contains(component);

    /// <summary>The object with the site's values.</summary>
    public KubernetesObject Fill(KubernetesObject item) => _values?.Fill(item) ?? item;

    /// <summary>
    /// Ends the work, once all objects are filled. Throws <see cref="BundleException"/>: with <see cref="ReasonCodes.BundleInvalid"/> where bundle and
    /// release do not fit each other, and with <see cref="ReasonCodes.SiteValueInvalid"/> where the site's configuration has to change.
    /// </summary>
    public void Complete()
    {
        var faults = _values?.Faults ?? [];
        List<BundleFault> ofTheBundle =
        [
            .. (_values?.FindUnknown() ?? []).Select(problem => new BundleFault(problem)),
            .. faults.Where(fault => !fault.IsOfTheSite).Select(Describe),
        ];
        if (ofTheBundle.Count > 0)
        {
            throw new BundleException(ofTheBundle);
        }

        if (faults.Count > 0)
        {
            throw Refuse([.. faults.Select(Describe)], "Correct 'values' in edgesync.yaml and restart the agent; the release goes on by itself then.");
        }

        InEffect = _enabled.Count > 0
            ? (_values?.InEffect ?? new ValuesInEffect()) with
            {
                Components = metadata.Components.Any(component => component.When is not null) ? [.. metadata.Components.Select(c => c.Name).Where(IsEnabled)] : null,
            }
            : throw Refuse([new BundleFault("the labels of this site enable no component of the bundle")], "Give the site the labels that a component asks for, or release this bundle to other sites.");
    }

    /// <summary>The references of images that only components of other sites use.</summary>
    public HashSet<string> FindLeftOutImages(IEnumerable<KubernetesObject> applied)
    {
        var others = metadata.Components.Where(component => !IsEnabled(component.Name)).SelectMany(component => component.Files)
            .SelectMany(file => BundleContentReader.ReadObjects(files[file]));
        var leftOut = ImagesOf(others);
        leftOut.ExceptWith(leftOut.Count == 0 ? [] : ImagesOf(applied));
        return leftOut;
    }

    private static HashSet<string> ImagesOf(IEnumerable<KubernetesObject> objects) =>
        objects.SelectMany(item => ImageReferences.Find(item)).Select(use => use.Image).ToHashSet(StringComparer.Ordinal);

    private static BundleException Refuse(IReadOnlyList<BundleFault> faults, string hint) => new(ReasonCodes.SiteValueInvalid, faults) { Hint = hint, ExitCode = ExitCodes.Waiting };

    // Positions cost memory in every bundle and are wanted only here, so the file is read again.
    private BundleFault Describe(ValueFault fault)
    {
        var file = fault.Item.Source!.File;
        var position = ManifestReader.Read(files[file].Content, file).First(item => item.Id == fault.Item.Id).Source!.Positions.Find(fault.Pointer);
        return new BundleFault(fault.Problem, file, position.Line, position.Column);
    }
}
