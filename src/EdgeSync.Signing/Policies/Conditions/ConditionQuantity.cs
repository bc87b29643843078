namespace EdgeSync.Signing.Policies.Conditions;

/// <summary>How many of the values at a path must meet a condition.</summary>
public enum ConditionQuantity
{
    /// <summary>All of them, and there must be one.</summary>
    Every,

    /// <summary>At least one.</summary>
    Some,

    /// <summary>There must be no value at all.</summary>
    None,
}
