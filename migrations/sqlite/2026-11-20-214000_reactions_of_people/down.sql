drop index reactions_user_id_idx;
