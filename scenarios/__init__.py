"""Questions as data: drill, crowd alert, layout, tenant mix."""
